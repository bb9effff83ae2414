"""Signature blocks that nothing sets off: a sign-off, a name, and below it the ways to reach that person.

In: a `Draft` whose history is cut. Out: the same, with the block below the name cut. The sign-off and the name stay:
they are a person's words. A phone number in the text of an answer stays too: only what stands below a sign-off counts.
"""

from __future__ import annotations

import re
from typing import Final

from mailbot.inbound.draft import Draft
from mailbot.inbound.notice_words import FIRST_PERSON
from mailbot.inbound.signature import CONTACT, is_spoken_of

_MAX_LINES: Final = 16
_MAX_CHARS: Final = 110
_MAX_SIGN_OFF: Final = 60
_WISHES: Final = (
    r"(?:(?:kind(?:est)?|best|warm(?:est)?|many|with (?:kind|best|warm)|my best) (?:regards|wishes|"
    r"thanks)|regards|best|cheers|sincerely|yours(?: \w+){0,2}|thanks(?: \w+){0,3}|thank you(?: \w+){0,3}|"
    r"(?:(?:very |most )?(?:truly|sincerely|faithfully|respectfully) )yours|all the best|take care|warmly|"
    r"respectfully|cordially"
    r"|(?:mit )?(?:freundliche[nm]?|besten?|viele[n]?|liebe[n]?|herzliche[n]?|schöne[n]?) grü(?:ß|ss)en?"
    r"(?: aus(?: \w+){1,3})?|"
    r"(?:freundliche|beste|viele|liebe|herzliche|schöne) grü(?:ß|ss)e(?: aus(?: \w+){1,3})?|mfg|lg|vg|gru(?:ß|ss)|"
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
    r"hormat kami|lugupidamisega|pagarbiai|ar cieņu|s úctou|(?:s|z) poštovanj?em|lijep pozdrav|"
    r"з найкращими побажаннями|(?:com |con )?(?:un )?abrazo|(?:bien |muy )?cordialmente|ystävällisesti|"
    r"בברכה|مع التحية|با احترام|"
    r"rgds|br|kr|danke(?: und gru(?:ß|ss))?|mit besten grü(?:ß|ss)en|"
    r"bien à (?:vous|toi)|merci(?: d'avance)?|"
    r"(?:muchas )?gracias|obrigad[oa]|abs|atte|gratos?|un cordiale saluto|grazie|"
    r"(?:met )?hartelijke groet(?:en)?|bedankt|tack(?: på förhand)?|(?:tak|takk)(?: på forhånd)?|vh|"
    r"kiitos|yst\.? ?terv\.?|"
    r"pozdrawiam serdecznie|serdecznie pozdrawiam|z wyrazami szacunku|(?:serdeczne )?pozdrowienia|dziękuję|"
    r"zdravím|děkuji|ďakujem|hezký den|üdv|köszönettel|toate cele bune|mulțumesc|o zi bună|"
    r"спасибо|всего доброго|с ув\.?|дякую|поздрави|с уважение|ευχαριστώ|"
    r"teşekkürler|iyi çalışmalar|selamlar|hvala|lp|"
    r"謝謝|谢谢|祝好|よろしくお願いいたします|terima kasih|cảm ơn)"
    r"[\s,.!;:\-–—]{0,4}"
)
_SIGN_OFF = re.compile(rf"\W{{0,3}}{_WISHES}", re.IGNORECASE)
_SIGNED = re.compile(r"[^\W\d_]{2,30}(?:[ -][^\W\d_]{2,30})?[.,]?")
_POSTSCRIPT = re.compile(r"\W{0,3}(?:p\.?\s?s|n\.?b|post\s?scriptum)\b\.?\s{0,2}[:.,\-–—]?\s", re.IGNORECASE)
_PARTS = re.compile(r"[|•·]")
_DOMAIN = re.compile(r"[\w-]{2,63}(?:\.[\w-]{2,24}){1,3}")
_ONLY_NUMBERS = re.compile(
    r"(?:\W{0,3}(?:t|m|f|tel|telefon|tél|phone|ph|fon|fax|mobile?|mob|handy|cell|tlf|direct|office)\b\W{0,4}"
    r"\d[\d\s()/.–-]{1,24}){2,4}",
    re.IGNORECASE,
)
"""A line of two labelled numbers and nothing else: who tells his number gives one, in a sentence."""


def cut_contact_blocks(draft: Draft) -> None:
    """Cut the ways to reach a person, two of them or more: below a sign-off and a name, or a name twice."""
    for start, end in list(draft.kept_runs()):
        said = [index for index in range(max(start, end - 3 * _MAX_LINES), end) if draft.kept(index)][-_MAX_LINES - 1 :]
        signed = [_signs_off(draft.lines[index].text) for index in said]
        for place, index in enumerate(said):
            if signed[place] and not any(signed[place + 1 : place + 2]):  # of two ("Thanks", "Regards") the last
                if is_spoken_of(draft, index, start):
                    continue
                _cut_below(draft, said[place + 1 :], end)
                break
            if _is_signed_twice(draft, index) and not any(_is_told(draft.lines[one].text, 5) for one in said[place:]):
                _cut_below(draft, said[place:], end)
                break


def _is_signed_twice(draft: Draft, index: int) -> bool:
    """Whether a name alone stands there and begins the line below a gap too: typed first, then added by a program."""
    name = draft.lines[index].text.strip()
    below = draft.next_said(index + 1) if _SIGNED.fullmatch(name) else None
    if below is None or below < index + 2 or not draft.kept_before(index):
        return False
    return draft.lines[below].text.strip().startswith(name.rstrip(".,") + " ") and draft.kept(below)


def _signs_off(text: str) -> bool:
    """Whether a line is a sign-off, or one in each of two languages."""
    return len(text) <= _MAX_SIGN_OFF and all(
        _SIGN_OFF.fullmatch(part.strip()) for part in re.split(r"\s?[/|]\s", text)
    )


def _cut_below(draft: Draft, below: list[int], end: int) -> None:
    """Cut what stands below a name, the first of the lines `below`, up to a postscript, a paragraph or `end`."""
    stop = next((place for place, index in enumerate(below) if _goes_on(draft.lines[index].text)), None)
    if stop is not None:
        below, end = below[:stop], below[stop]
    texts = [draft.lines[index].text for index in below]
    if not texts or any(draft.lines[index].depth for index in below):
        return
    if _is_contact(texts[0]) or _is_told(texts[0], 4) or any(_still_talks(text) for text in texts):
        return
    contacts = sum(_is_contact(part) for text in texts[1:] for part in _PARTS.split(text))
    if contacts >= 2 or any(_ONLY_NUMBERS.fullmatch(text.strip()) for text in texts[1:]):
        draft.cut(below[1], end, "contact block")


def _goes_on(text: str) -> bool:
    """Whether a postscript or a whole paragraph begins: no part of the block, and it stays."""
    return _POSTSCRIPT.match(text) is not None or len(text) > _MAX_CHARS


def _is_contact(text: str) -> bool:
    return CONTACT.search(text) is not None or _DOMAIN.fullmatch(text.strip()) is not None


def _is_told(text: str, least: int) -> bool:
    """Whether a line of `least` words or more reads like running text: most of them begin small."""
    words = text.split()
    return len(words) >= least and 2 * sum(word[0].islower() for word in words) > len(words)


def _still_talks(text: str) -> bool:
    """Whether somebody says, asks or lists something in a line: it is told, not printed below each mail."""
    ending = text.rstrip()[-1:]
    words = len(text.split())
    if (ending in (":", "?", "!") and words > 2) or FIRST_PERSON.search(text):
        return True
    return ending == "." and words > 3 and (not _is_contact(text) or _is_told(text, 5))
