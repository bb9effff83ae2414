"""The sentence with which a failure notice begins: "your message could not be delivered", in many languages.

In: a mail's text. Out: whether it opens so. Mail that came from an ordinary address is a bounce by it only when it also
names an address and nobody in it says "I": web hosts and their panels write such notices by scripts.
"""

from __future__ import annotations

import re
from typing import Final

_WHOSE: Final = (
    r"(?:your|the|this|a|votre|ce|ihre?|diese?|die|su|tu|el|este|il (?:suo|tuo|vostro)|il|o seu|a sua|sua|esta|uw|je"
    r"|het|de|dit|le|din|ditt|denne|detta|dette)"
)
_MAIL: Final = (
    r"(?:e-?mail|mail|message|nachricht|mensaje|correo(?: electrónico)?|mensagem|messaggio|bericht|courriel|besked"
    r"|meddelelse|meddelande|melding|e-?post|mejl)"
)
_FAILS: Final = (
    r"(?:could ?n.t be|was ?n.t|has ?n.t been|cannot be|could not be|was not|has not been|not be|undeliverable"
    r"|n['’]a pas (?:pu )?|(?:konnte|kann|wurde)\b.{0,60}?\bnicht"
    r"|no (?:se )?(?:pudo|puede|ha podido|ha sido|fue)|n[ãa]o (?:p[ôo]de|foi)|non (?:[èe]['’`]? stato|pu[òo]['’`]?)"
    r"|kon niet|kan niet|is niet|(?:kunne|kan|kunde|blev|ble) (?:ikke|inte))"
)
_DELIVERED: Final = (
    r"(?:deliver|sent|(?:[eê]tre |été )?(?:d[ée]livr|distribu|remis)|zugestellt|entreg|consegn|recapit|bezorgd"
    r"|afgeleverd|verzonden|lever)"
)
_ORDINARY: Final = rf"{_WHOSE} {_MAIL}\b.{{0,100}}?{_FAILS} ?(?:ser |essere |worden |blive |possibile )?{_DELIVERED}"
_UNABLE: Final = (
    r"(?:we (?:were|are) (?:unable|not able) to|we could ?(?:not|n.t)|unable to|could not) deliver (?:your|the|this) "
    rf"{_MAIL}"
    rf"|(?:delivery|the delivery) of (?:your|the|this) {_MAIL}\b.{{0,80}}?fail"
    rf"|(?:die )?zustellung (?:ihrer|der|dieser) {_MAIL}\b.{{0,80}}?(?:fehlgeschlagen|nicht möglich|gescheitert)"
    rf"|(?:il a [ée]t[ée] |il est )?impossible de (?:remettre|d[ée]livrer|distribuer) \w+ {_MAIL}"
    rf"|no (?:se (?:pudo|puede|ha podido)|fue posible|ha sido posible) entregar \w+ {_MAIL}"
    rf"|n[ãa]o foi poss[íi]vel entregar (?:a |o )?(?:\w{{1,20}} )?{_MAIL}"
    rf"|impossibile (?:consegnare|recapitare) il \w*\s?{_MAIL}"
    r"|nie (?:można|udało się)(?: było)? (?:dostarczyć|doręczyć) wiadomoś"
    r"|не удалось доставить (?:ваше |это )?(?:письмо|сообщение)"
)
_OTHERS: Final = (
    r"(?:\w{1,20} )?(?:zpráv|správ)[auy].{0,100}?(?:ne(?:mohla|může|bola|byla)\b.{0,20}?doruč|nepoda[rř]ilo"
    r" (?:s[ea] )?doruč)"
    r"|(?:\w{1,20} )?wiadomość.{0,100}?nie (?:mogła|została|może)\b.{0,20}?d(?:ostarcz|oręcz)"
    r"|viesti(?:ä|äsi|si|äs)?\b.{0,100}?ei (?:voi|pysty)\w*\s(?:toimittaa|lähettää|välittää)"
    r"|(?:az? (?:ön )?)?(?:üzenet|level)\w*.{0,100}?nem (?:sikerült |volt |lehet )?(?:kézbesít|kézbesíthető)"
    r"|mesajul\b.{0,100}?nu a (?:putut fi|fost) (?:livrat|trimis)"
    r"|(?:ваше |это |данное )?(?:письмо|сообщение).{0,100}?не (?:может быть|могло быть|было|удалось)\s?достав"
    r"|(?:ваш |цей |це )?(?:лист|повідомлення).{0,100}?не (?:вдалося|може бути|було|міг бути)\s?достав"
    r"|το μήνυμ\w*.{0,100}?δεν (?:ήταν δυνατ|μπόρεσε|παραδόθηκε)"
    r"|(?:bu |gönderdiğiniz )?(?:mesajınız|[iİ]letiniz|e-postanız|ileti|mesaj).{0,100}?"
    r"(?:teslim edilemedi|iletilemedi|gönderilemedi)"
    r"|.{0,20}?(?:メール|メッセージ).{0,60}?(?:配信|送信|お届け|配送)(?:でき|されま|に失敗)"
    r"|.{0,6}?(?:您|你)的?.{0,20}?(?:邮件|郵件).{0,60}?(?:(?:无法|未能|無法)(?:送|投|发|傳)|被退回)"
    r"|.{0,20}?(?:메일|메시지).{0,60}?(?:전송|전달|발송|배달)(?:되지 (?:못|않)|할 수 없|에 실패)"
    r"|(?:thư|email|tin nhắn) của bạn.{0,100}?không (?:thể )?(?:được )?gửi|pesan anda.{0,100}?(?:tidak dapat|gagal) "
    r"(?:terkirim|dikirim)"
)
_OPENS = re.compile(rf"[\W_]{{0,200}}(?:{_ORDINARY}|{_UNABLE}|{_OTHERS})", re.IGNORECASE | re.DOTALL)


def opens_like_a_bounce(text: str) -> bool:
    """Tell whether the first sentence of a text says that somebody's mail could not be delivered."""
    return _OPENS.match(text) is not None
