"""Signature blocks that nothing sets off: a sign-off, a name, and below it the ways to reach that person.

In: a `Draft` whose history is cut. Out: the same, with the block below the name cut. The sign-off and the name stay:
they are a person's words. A phone number in the text of an answer stays too: only what stands below a sign-off counts.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.inbound.draft import Draft
from mailbot.inbound.signature import CONTACT

_MAX_LINES: Final = 16
_MAX_CHARS: Final = 110
_MAX_SIGN_OFF: Final = 60
_SIGN_OFF = re.compile(
    r"\W{0,3}(?:(?:kind(?:est)?|best|warm(?:est)?|many|with (?:kind|best|warm)|my best) (?:regards|wishes|"
    r"thanks)|regards|best|cheers|sincerely|yours(?: \w+){0,2}|thanks(?: \w+){0,3}|thank you(?: \w+){0,3}|"
    r"respectfully|cordially"
    r"|(?:mit )?(?:freundliche[nm]?|besten?|viele[n]?|liebe[n]?|herzliche[n]?|schöne[n]?) grü(?:ß|ss)en?|"
    r"(?:freundliche|beste|viele|liebe|herzliche|schöne) grü(?:ß|ss)e|mfg|lg|vg|gru(?:ß|ss)|"
    r"hochachtungsvoll"
    r"|cordialement|(?:bien |très )?(?:cordialement|amicalement)|(?:meilleures|sincères|"
    r"bien) (?:salutations|à vous)|salutations(?: distinguées)?|bonne journée|saludos(?: cordiales)?|"
    r"(?:un )?(?:cordial )?saludo|atentamente|atenciosamente|(?:com os )?(?:melhores )?cumprimentos|"
    r"abraços?|att"
    r"|(?:cordiali|distinti|cari) saluti|saluti|met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|"
    r"groet(?:en|jes)?|mvg|(?:med )?(?:vänlig|vänliga|bästa) hälsning(?:ar)?|hälsningar|mvh|"
    r"(?:med )?(?:venlig|vennlig|bedste|beste) hilsen|hilsen|ystävällisin terveisin|terveisin|t\.?"
    r"|(?:z )?(?:poważaniem|pozdrowieniami)|pozdrawiam|s (?:pozdravem|přáním .{1,20})|s pozdravom|"
    r"üdvözlettel|tisztelettel|cu (?:stimă|respect|drag)|с уважением|с наилучшими пожеланиями|з повагою|"
    r"με εκτίμηση|saygılarımla|lep pozdrav|srdačan pozdrav|敬具|此致|よろしくお願い(?:いた)?します|감사합니다|"
    r"trân trọng|salam|"
    r"rgds|br|kr|all the best|warmly|danke(?: und gru(?:ß|ss))?|mit besten grü(?:ß|ss)en|"
    r"bien à (?:vous|toi)|merci(?: d'avance)?|"
    r"(?:muchas )?gracias|un abrazo|obrigad[oa]|abs|atte|gratos?|cordialmente|un cordiale saluto|grazie|"
    r"(?:met )?hartelijke groet(?:en)?|bedankt|tack(?: på förhand)?|(?:tak|takk)(?: på forhånd)?|vh|"
    r"kiitos|yst\.? ?terv\.?|"
    r"pozdrawiam serdecznie|serdecznie pozdrawiam|z wyrazami szacunku|(?:serdeczne )?pozdrowienia|dziękuję|"
    r"s úctou|zdravím|děkuji|ďakujem|hezký den|üdv|köszönettel|toate cele bune|mulțumesc|o zi bună|"
    r"спасибо|всего доброго|с ув\.?|дякую|поздрави|с уважение|ευχαριστώ|"
    r"teşekkürler|iyi çalışmalar|selamlar|hvala|lp|"
    r"謝謝|谢谢|祝好|よろしくお願いいたします|terima kasih|cảm ơn|"
    r"hormat kami)"
    r"[\s,.!;:\-–—]{0,4}",
    re.IGNORECASE,
)
_ONLY_NUMBERS = re.compile(
    r"(?:\W{0,3}(?:t|m|f|tel|telefon|tél|phone|ph|fon|fax|mobile?|mob|handy|cell|tlf|direct|office)\b\W{0,4}"
    r"\d[\d\s()/.–-]{1,24}){2,4}",
    re.IGNORECASE,
)
"""A line of two labelled numbers and nothing else: who tells his number gives one, in a sentence."""


def cut_contact_blocks(draft: Draft) -> None:
    """Cut the ways to reach a person that stand below a sign-off and a name, two of them or more."""
    for start, end in list(draft.kept_runs()):
        said = [index for index in range(max(start, end - 3 * _MAX_LINES), end) if draft.kept(index)][-_MAX_LINES - 1 :]
        signed = [_signs_off(draft.lines[index].text) for index in said]
        for place, signs in enumerate(signed):
            if signs and not any(
                signed[place + 1 : place + 2]
            ):  # of two below each other ("Thanks", "Regards") the last
                _cut_below(draft, said[place + 1 :], end)
                break


def _signs_off(text: str) -> bool:
    """Whether a line is a sign-off, or one in each of two languages."""
    return len(text) <= _MAX_SIGN_OFF and all(_SIGN_OFF.fullmatch(part.strip()) for part in re.split(r"\s[/|]\s", text))


def _cut_below(draft: Draft, below: list[int], end: int) -> None:
    long = next((place for place, index in enumerate(below) if len(draft.lines[index].text) > _MAX_CHARS), len(below))
    if long < len(below):
        below, end = below[:long], below[long]  # a paragraph: no part of the block, and it stays
    texts = [draft.lines[index].text for index in below]
    contacts = [place for place, text in enumerate(texts) if CONTACT.search(text)]
    if contacts[:1] == [0]:
        return
    if len(contacts) < 2 and not any(_ONLY_NUMBERS.fullmatch(text.strip()) for text in texts[1:]):
        return
    if any(_talks(text.rstrip()) for text in texts):
        return  # still talking: what follows is told, not printed below each mail
    if any(draft.lines[index].depth for index in below):
        return
    draft.cut(below[1] if len(below) > 1 else below[0], end, "contact block")


def _talks(text: str) -> bool:
    """Whether a line leads up to something, asks, calls, or is a whole sentence."""
    words = len(text.split())
    is_sentence = words > 3 and text.endswith(".") and not CONTACT.search(text)
    return is_sentence or (words > 2 and text.endswith((":", "?", "!")))
