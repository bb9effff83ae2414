"""Lines that a device or a program puts under a mail ("Sent from my iPhone"), in many languages.

In: one line. Out: whether it is such a line. A line counts by its opening or closing words *and* by what it does
not have: a person's sentence goes on, a tagline does not.
"""

from __future__ import annotations

import re
from typing import Final

_OPENINGS: Final = (
    r"(?:sent|written|typed|posted|dictated|composed|mailed|shared) (?:from|via|with|using|by|on|through)\b",
    r"get (?:outlook|yahoo mail|mail|bluemail|the .{0,20}app)\b", r"download (?:outlook|the .{0,20}app)\b",
    r"sent:? from (?:my|mail)\b",
    r"gesendet (?:von|mit|aus|über|via)\b", (
        r"(?:diese (?:nachricht|mail|e-mail) wurde )?(?:von|mit|aus) (?:mein|der|dem|meiner|outlook|"
        r"mail)\w*\b.{0,60}(?:gesendet|verschickt|geschickt)"
    ),
    r"outlook für (?:ios|android)\b", r"holen sie sich outlook\b", r"laden sie outlook\b",
    r"envoyé (?:de|depuis|à partir|par|via|avec|du)\b", r"obtenez outlook\b", r"télécharger outlook\b",
    r"provenance\s?: courrier",
    r"enviado (?:desde|de|do|a partir|por|via|con|com|através|pelo)\b", r"obtener outlook\b", r"obter o outlook\b",
    r"obtenha o outlook\b", r"consigue outlook\b", r"descarga outlook\b",
    r"inviato (?:da|dal|con|tramite|via)\b", r"scarica outlook\b", r"ottieni outlook\b",
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|van|via|door)\b", r"outlook voor (?:ios|android)\b",
    r"download outlook\b",
    r"skickat (?:från|med|via)\b", r"skaffa outlook\b", r"hämta outlook\b", r"sendt (?:fra|med|via)\b",
    r"hent outlook\b", r"få outlook\b", r"skaff deg outlook\b",
    r"von unterwegs\b", r"elküldve\b.{0,50}", r"lähetetty\b.{0,50}", r"hanki outlook\b", r"lataa outlook\b",
    r"(?:wysłane|wysłano|napisane) (?:z|ze|za|przez)\b", r"pobierz (?:program )?outlook\b",
    r"(?:odesláno|odoslané|poslané|poslano|posláno|odeslané) (?:z|ze|zo|s|sa|iz|prostřednictvím|pomocou)\b",
    r"získat (?:aplikaci )?outlook\b", r"získať outlook\b",
    r"küldve\b.{0,50}", r"trimis (?:de pe|din|de la|cu|prin)\b",
    r"(?:отправлено|послано|написано|отправлен) (?:с|со|из|от|через)\b",
    r"(?:надіслано|відправлено|надіслане) (?:з|із|зі|через)\b",
    r"(?:изпратено|послато|пратено) (?:от|са|с|од|чрез)\b", r"(?:στάλθηκε|εστάλη|αποστολή) (?:από|απ)\b",
    r"λήψη του outlook\b",
    r"(?:发自|發自|发送自)(?:我的|\s)", r"(?:发自|發自|发送自).{1,40}",
    r"(?:從|从|由)我的.{1,30}(?:傳送|发送|發送|寄出)",
    r"来自.{0,6}(?:邮件|手机|outlook).{0,30}", r"获取.{0,10}outlook.{0,20}", r"取得.{0,10}outlook.{0,20}",
    r"使用.{1,40}(?:发送|發送|傳送)",
    r"được gửi từ\b", r"đã gửi từ\b", r"gửi từ\b", r"tải outlook\b", r"ส่งจาก", r"dikirim (?:dari|melalui)\b",
    r"dihantar (?:dari|daripada)\b", r"dapatkan outlook\b",
    r"(?:أُرسلت|أرسلت|تم الإرسال|مرسل|أُرسل|أرسل) (?:من|بواسطة|عبر)", r"الحصول على outlook",
    r"(?:נשלח|נשלחה) (?:מ|מה|באמצעות)", r"קבל את outlook", r"ارسال ?شده از\b", r"فرستاده شده از\b",
    r"išsiųsta (?:iš|naudojant|per)\b", r"nosūtīts (?:no|izmantojot)\b", r"saadetud (?:minu|mu|e-)\b",
    r"enviat (?:des|de|amb)\b", r"bidalia\b", r"anfonwyd\b", r"seolta ó\b", r"dërguar nga\b", r"sent úr\b",
    r"ipinadala mula",
    r"मेरे .{1,30} से भेजा", r"yolladığım cihaz",
)  # fmt: skip
_CLOSINGS: Final = (
    r"gesendet", r"verschickt", r"gönderildi", r"gönderilmiştir", r"から送信", r"から送信されました", r"より送信",
    r"で送信",
    r"から送られました", r"에서 보냄", r"에서 보냈습니다", r"에서 전송", r"küldve", r"küldött üzenet", r"bidalia",
    r"傳送", r"발송",
    r"से भेजा गया", r"lähetetty", r"kaudu saadetud", r"を入手", r"を使用して送信",
)  # fmt: skip
_GOODS = re.compile(
    (
        r"iphone|ipad|ipod|apple|ios|mac\b|android|samsung|galaxy|huawei|xiaomi|nokia|pixel|oneplus|motorola|"
        r"sony|xperia|htc|lg\b|blackberry|windows|outlook|mail|mobil|phone|handy|tele[fp]|smartphone|tablet|"
        r"app\b|proton|yahoo|gmx|web\.de|thunderbird|spark|k-9|fairemail|device|gerät|cellulare|celular|móvil|"
        r"téléphone|apparaat|puhelin|komór|ordinateur|手机|手機|vivo|oppo|"
        r"电子邮件|电邮|電子信箱|小米|华为|華為|荣耀|红米|三星|网易|大师|メールアプリ|スマホ|スマート|휴대|모바일|"
        r"스마트폰|갤럭시|메일 ?앱|телефон|смартфон|устройств|мобил|פלאפון|"
        r"טלפון|הנייד|جهاز|هاتف|airmail|mailspring|nylas|superhuman|typeapp|bluemail|zimbra|roundcube|gmail|"
        r"inbox|newton|canary|hey\b|zoho|foxmail|邮箱|郵件|wireless|at&t|verizon|t-mobile|vodafone|telekom|orange|"
        r"sprint|3g|4g|5g|lte"
    ),
    re.IGNORECASE,
)
_OFFERS = re.compile(
    r"(?=.{0,60}(?<![a-z])outlook(?![a-z]))(?=.{0,60}(?<![a-z])(?:ios|android)(?![a-z])).{8,60}", re.IGNORECASE
)
"""Outlook's offer of itself, in whatever language: its name, a telephone's system, and a few words."""
_REACTED = re.compile(
    r"(?=.{0,60}\bgmail\b)"
    r".{1,60}\b(?:react\w*|reagiert|réagi\w*|reaccion\w+|reagiu|reagito|gereageerd|reager\w+|реаг\w+)\b.{0,30}",
    re.IGNORECASE,
)
"""What Gmail puts below an emoji sent as a reaction."""
_APOLOGY = re.compile(
    r"\W{0,3}(?:please )?(?:excuse|pardon|forgive|sorry for|apologies for|bitte entschuldigen|entschuldigen sie|"
    r"veuillez excuser|excusez|merci d'excuser|disculpe\w*|perdone\w*|desculpe\w*|scusate|mi scuso|excuses voor|"
    r"ursäkta|undskyld|beklager|proszę wybaczyć|przepraszam za|omluvte|простите|извините)\b.{0,40}"
    r"(?:brev|typo|spelling|mistake|short|auto-?correct|kürze|tippfehler|fautes|breve|errores|erratas|erros|"
    r"errori|fouten|beknopt|stavfel|tastefejl|skrivefejl|skrivefeil|literów|błęd|překlep|опечатк|краткост).{0,30}",
    re.IGNORECASE,
)
_A_SENTENCE = re.compile(
    (
        r"(?<!['’])\b(?:is|was|are|were|has|had|have|will|would|but|ist|war|hat|aber|est|était|mais|fue|pero|"
        r"era|ma)\b|[?!]"
    ),
    re.IGNORECASE,
)
_COUNTS = re.compile(r":\s?[^\s:]")
"""A colon with something behind it: "Sent from Berlin: 12"."""
_LINK = re.compile(r"[<(\[]?(?:https?|mailto):[^\s>)\]]{1,2000}[>)\]]?", re.IGNORECASE)
TAGLINE_OPENING = re.compile(rf"(?:{'|'.join(_OPENINGS)})")
"""For words in lower case: a pattern that ignores case tries each of its alternatives to the end."""
_VOWEL_SIGNS: Final = dict.fromkeys(range(0x064B, 0x0653))
"""Arabic signs that one program writes and the next leaves out."""
_TRIM: Final = " \t*_-–—~>|[]()\u200e\u200f\"'"


def is_tagline(line: str) -> bool:
    """Tell whether a line was added by a device or program, not by a person."""
    if len(line) > 300:
        return False
    words = " ".join((_LINK.sub(" ", line) if ":" in line else line).split()).translate(_VOWEL_SIGNS).strip(_TRIM)
    words = words.replace("Yahoo!", "Yahoo")
    if not 5 <= len(words) <= 120:
        return False
    lower = words.lower()
    opening = TAGLINE_OPENING.match(lower)
    if opening is None and (_OFFERS.fullmatch(words) or _REACTED.fullmatch(words)):
        return len(words.split()) <= 9 and not _A_SENTENCE.search(words)
    if opening is None:
        return _has_closing(lower) and _GOODS.search(words) is not None and not _A_SENTENCE.search(words)
    if _A_SENTENCE.search(words):
        return False
    rest = lower[opening.end() :]
    if _COUNTS.search(rest):
        return False
    if _GOODS.search(words):
        return len(words.split()) <= 16
    return len(rest.split()) <= 6 and "," not in rest and rest.strip() != ""


def _has_closing(lower: str) -> bool:
    """Whether words end as a tagline does in languages that put the verb last."""
    bare = lower[:-1] if lower.endswith((".", "。", "!")) else lower
    ending = next((one for one in _CLOSINGS if bare.endswith(one)), "")
    return bool(ending) and 2 <= len(bare) - len(ending) <= 80


def goes_on(line: str) -> bool:
    """Tell whether a line right below a tagline belongs to it: its link, or pardon asked for what a telephone typed."""
    text = line.strip()
    return 0 < len(text) <= 200 and (_LINK.fullmatch(text) is not None or _APOLOGY.fullmatch(text) is not None)
