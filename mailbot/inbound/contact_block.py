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
    r"(?:med )?(?:venlig|vennlig|bedste|beste) hilsen|hilsen|ystävällisin terveisin|terveisin|t\\.?"
    r"|(?:z )?(?:poważaniem|pozdrowieniami)|pozdrawiam|s (?:pozdravem|přáním .{1,20})|s pozdravom|"
    r"üdvözlettel|tisztelettel|cu (?:stimă|respect|drag)|с уважением|с наилучшими пожеланиями|з повагою|"
    r"με εκτίμηση|saygılarımla|lep pozdrav|srdačan pozdrav|敬具|此致|よろしくお願い(?:いた)?します|감사합니다|"
    r"trân trọng|salam|"
    r"hormat kami)"
    r"[\s,.!;:\-–—]{0,4}",
    re.IGNORECASE,
)


def cut_contact_blocks(draft: Draft) -> None:
    """Cut the ways to reach a person that stand below a sign-off and a name, two lines of them or more."""
    for start, end in list(draft.kept_runs()):
        said = [index for index in range(max(start, end - 3 * _MAX_LINES), end) if draft.kept(index)][-_MAX_LINES - 1 :]
        for place, index in enumerate(said):
            if len(draft.lines[index].text) <= 60 and _SIGN_OFF.fullmatch(draft.lines[index].text):
                _cut_below(draft, said[place + 1 :], end)
                break


def _cut_below(draft: Draft, below: list[int], end: int) -> None:
    texts = [draft.lines[index].text for index in below]
    contacts = [place for place, text in enumerate(texts) if CONTACT.search(text)]
    if len(contacts) < 2 or contacts[0] == 0 or any(len(text) > _MAX_CHARS for text in texts):
        return
    if any(text.rstrip().endswith((":", "?", "!")) and len(text.split()) > 2 for text in texts):
        return  # still talking: what follows is told, not printed below each mail
    if any(draft.lines[index].depth for index in below):
        return
    draft.cut(below[1] if len(below) > 1 else below[0], end, "contact block")
