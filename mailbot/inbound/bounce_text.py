"""Bounces that only people can read: which addresses failed, from the prose of mail servers old and new.

In: a mail and its readable text. Out: `FailedRecipient`s. flufl.bounce knows the classic servers one by one; what it
does not know is read here by its shape: an address on a line of its own, or beside words of failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from email import message_from_bytes
from itertools import islice
from typing import Final

from mailbot.inbound.delivery_status import permanent_by_code, status_in
from mailbot.inbound.reading import FailedRecipient

_MAX_LINES: Final = 400
_MAX_CHARS: Final = 40_000
_MAX_LINE_CHARS: Final = 1000
_MAX_IN_LINE: Final = 20
_MAX_RECIPIENTS: Final = 100
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]=/*]{1,128}@[^\s<>\"'(),;:\[\]/*]{1,255}")
_COPY_BEGINS = re.compile(
    r"(?:below|following) (?:this line )?is (?:a copy|the (?:original|text))|copy of (?:the|"
    r"your) (?:original )?(?:message|e-?mail|mail)|original (?:message|mail) (?:follows|headers?|text|"
    r"below|was)|^\W*(?:unsent|returned|original|old|undelivered) (?:message|mail)\b(?! details)"
    r"|message headers?(?: follow)?\W*$|the (?:body|header|text) of (?:your|the) message|"
    r"^\s{0,4}(?:received|return-path|message-id|mime-version|x-[a-z-]+|dkim-signature):\s"
    r"|ursprüngliche nachricht|originalnachricht|message d'origine|mensaje original|kopie der nachricht|"
    r"----- ?message header",
    re.IGNORECASE,
)
FAILURE = re.compile(
    r"un(?:known|deliver|reach|able to (?:deliver|send|relay))|undeliver|not (?:be )?(?:deliver|sen[dt]|"
    r"found|exist|reach|accept|listed|recogni|known|our customer|a valid|valid|available|allowed)|"
    r"n['o]t have|fail(?:ed|ure|s)|reject|refus|invalid|no (?:such|mailbox|account|valid|final)|does ?n.t|"
    r"disabled|suspended|inactive|deactivated|expired|exceeded"
    r"|full\b|quota|bounced?\b|error|could ?n.t|cannot|can't|wasn't able|return(?:ed|ing)|denied|blocked|"
    r"barred|discontinued|terminated|no longer|did not reach|give?n? up|problem"
    r"|unzustellbar|nicht (?:zugestellt|zustellbar|gefunden|erreich)|unbekannt|fehlgeschlagen|échec|échou|"
    r"non (?:remis|distribu|recens|répert)|"
    r"pas été (?:remis|distribu)|inconnu|impossible|n'existe pas|n'a pas pu|no (?:se )?(?:ha |pudo |"
    r"puede |existe)|desconocid|rechaz|não (?:foi|pôde|existe|pode)|falha|recusad|non (?:è stato|esiste|"
    r"consegn|trovat)|mancat|sconosciut|respint|onbekend|niet (?:worden )?(?:bezorg|afgelever|gevonden|"
    r"bestaa)|mislukt"
    r"|kunde inte|kunne ikke|"
    r"g(?:år|ick) inte att|(?:kan|blev|ble) ikke (?:lever|funde)|mislyk|okänd|ukendt|ukjent|ei voitu|"
    r"nie (?:można|został|udało|istniej)|niedoręcz|"
    r"nebylo (?:možné|doručeno)|nelze|nedoruč|"
    r"nezdařil|nepodařil|nebyla doruč|no fue(?:ron)? entreg|nie dostarcz|못했|nenalezen|nebyla nalezena|epäonnistui"
    r"|не (?:удалось|доставлен|существует|найден|может)"
    r"|ошибка|退信|"
    r"无法|無法|失败|失敗|不存在|拒绝|拒絕|できません|届け|エラー|실패|반송|없습니다|존재하지|teslim edile|iletilemedi|"
    r"kézbesít|αποτυχ|không (?:thể|"
    r"tồn)|gagal",
    re.IGNORECASE,
)
DELAY = re.compile(
    (
        r"delay|still (?:being )?(?:retried|trying)|(?:will|shall) (?:be retried|keep trying|"
        r"continue to (?:try|retry)|retry|try)|not yet (?:been )?deliver|warning|temporar|try again later|"
        r"deferred|will be (?:re)?tried|undelivered for|in the queue|verzöger|retard|retras|atras|ritard|"
        r"vertraag|försen|forsin|viiväst|opóźn|zpožd|задерж|延迟|延遲|遅延|지연"
    ),
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    (
        r"permanent|fatal|giv(?:e|en|ing) up|gave up|returned|fail(?:ed|ure)|undeliver|not be deliver|"
        r"unzustellbar|expired|could ?n.t be delivered|no such|unknown|does not exist|rejected"
    ),
    re.IGNORECASE,
)
_STILL_TRIED = re.compile(
    r"do not need to re-?send|no need to re-?send|will (?:keep|continue) trying|will be retried|still being retried"
    r"|(?:delivery )?attempts will continue|continue to be attempted|will be attempted again|\bretrying\b"
    r"|weiter(?:hin)? versucht|nicht (?:erneut|noch ?mals?) (?:zu )?(?:senden|schicken)|inutile de renvoyer"
    r"|nouvelles tentatives"
    r"|no es necesario (?:que |volver|reenviar)|não é necessário (?:re)?enviar|non è necessario (?:re)?inviare"
    r"|hoeft .{0,40}niet opnieuw|(?:behöver|behøver|trenger) (?:du )?(?:inte|ikke) (?:skicka|sende)|kolejne próby"
    r"|попытки .{0,20}продолж|继续尝试|无需重新发送|再送信?を(?:続|試)"
    r"|warning (?:message )?only|temporary (?:failure|problem) (?:report|only)",
    re.IGNORECASE,
)
_NO_MORE_TRIES = re.compile(
    r"not going to try|gi(?:ve|ving|ven) up|gave up|will not be retried|too long|expired", re.IGNORECASE
)
_NOT_THE_RECIPIENT = re.compile(
    (
        r"^\W*(?:from|sender|reply-to|return-path|message-id|in-reply-to|references|reporting-mta|cc|date|"
        r"subject|x-[a-z-]+|envelope-from|mail from)\b\s*:|mail from:|\bfrom\s+<|contact|postmaster|"
        r"administrator|please (?:send|e?-?mail|forward|write|call|report)|\bhelp ?desk|questions|"
        r"for (?:further|more|assistance)|return address|sent (?:by|from)|on behalf"
    ),
    re.IGNORECASE,
)
_ALONE = re.compile(
    (
        r"[\s*>.•\-–]{0,12}(?:(?:user|recipient|address|to|mailbox|e-?mail|empfänger|destinataire|"
        r"destinatario)s?\s*[:=]\s*)?[\"'(<\[]{0,3}(?:smtp:|rfc822;|mailto:)?\s?$"
    ),
    re.IGNORECASE,
)
_CODE_OF_REPORT = re.compile(r"(?:(?<![\d.])[45]\d\d[ -]|#)([45]\.[0-7]\.\d{1,3})(?![\d.])")
_ECHO = re.compile(r"\W{0,9}(?:to|an|à|para|a|aan|till|til|do|кому|宛先|收件人)\s{0,3}[:：]", re.IGNORECASE)
_NAMED = re.compile(
    r"(?:rcpt to|to|recipient|user|address|mailbox|for|deliver(?:y|ed)? to|<)[\s:=]{0,4}[\"'<(\[]{0,3}(?:smtp:)?$",
    re.IGNORECASE,
)
_SENT_FROM = re.compile(
    r"\b(?:from|von|de la part de|sender|absender|expéditeur)\s{1,3}[\"'<(\[]{0,3}$", re.IGNORECASE
)  # what stands behind it is the author of the mail that failed: one of ours
_SERVERS: Final = (
    "postmaster",
    "mailer-daemon",
    "mailerdaemon",
    "mail-daemon",
    "abuse",
    "noreply",
    "no-reply",
    "hostmaster",
)


def failed_in_text(text: str, ours: Iterable[str]) -> tuple[FailedRecipient, ...]:
    """Return the addresses that a bounce's prose says it could not reach; `ours` are those it was sent to and from."""
    found: dict[str, FailedRecipient] = {}
    lines = _report(text)
    by_words = permanent_by_words("\n".join(lines))
    excluded = {address.lower() for address in ours}
    maybe: dict[str, FailedRecipient] = {}
    for index, line in enumerate(lines):
        if "@" not in line or _NOT_THE_RECIPIENT.search(_ADDRESS.sub("@", line)):  # "contact@" asks for no contact
            continue
        for hit in islice(_ADDRESS.finditer(line), _MAX_IN_LINE):
            address = hit.group().strip(".'_`")
            key = address.lower()
            if key in excluded or key.partition("@")[0] in _SERVERS or not _plausible(address):
                continue
            if _SENT_FROM.search(line[max(0, hit.start() - 40) : hit.start()]):
                continue
            maybe[key] = _more_telling(maybe.get(key), _failed(address, lines, index, by_words))
            if key in found or _tells(line, hit.start(), hit.end()):
                found[key] = maybe[key]
        if len(found) >= _MAX_RECIPIENTS:
            break
    chosen = found or (maybe if len(maybe) == 1 else {})
    if len(chosen) == 1:
        return tuple(_with_code(one, "\n".join(lines)) for one in chosen.values())
    return tuple(chosen.values())[:_MAX_RECIPIENTS]


def _more_telling(first: FailedRecipient | None, again: FailedRecipient) -> FailedRecipient:
    """What stands beside an address where it is named first, unless only a later place gives a code or a reason."""
    if first is None or (_ECHO.match(first.diagnostic) and not _ECHO.match(again.diagnostic)):
        return again
    return again if again.status and not first.status else first


def _with_code(one: FailedRecipient, report: str) -> FailedRecipient:
    """The only address of a report without a code beside it: the report's own code is meant for it."""
    code = None if one.status else _CODE_OF_REPORT.search(report)
    if code is None:
        return one
    permanent = one.permanent if permanent_by_code(one.diagnostic) is not None else permanent_by_code(code.group(1))
    return FailedRecipient(one.address, permanent, code.group(1), one.diagnostic)


def _report(text: str) -> list[str]:
    """The lines of the report itself, without the copy of the mail that came back."""
    lines: list[str] = []
    named = False
    for line in text[:_MAX_CHARS].split("\n")[:_MAX_LINES]:
        if named and len(lines) > 2 and _COPY_BEGINS.search(line[:300]):
            break
        lines.append(line[:_MAX_LINE_CHARS])
        named = named or _ADDRESS.search(line[:_MAX_LINE_CHARS]) is not None
    return lines


def _plausible(address: str) -> bool:
    local, _, domain = address.rpartition("@")
    return (
        bool(local)
        and "." in domain
        and domain.lower().rsplit(".", 1)[-1].isalnum()
        and len(domain.rsplit(".", 1)[-1]) >= 2
        and not domain.rsplit(".", 1)[-1].isdigit()
    )


def _tells(line: str, start: int, end: int) -> bool:
    """Whether the line names the address as the one that failed: alone on it, named so, or beside words of failure."""
    if _ALONE.fullmatch(line[:start]) or _NAMED.search(line[:start]):
        return True
    return FAILURE.search(line) is not None or permanent_by_code(line[end:]) is not None


def _failed(address: str, lines: list[str], index: int, by_words: bool | None) -> FailedRecipient:
    near = " ".join(line.strip() for line in lines[index : index + 6])[:1000]
    status = status_in(near)
    permanent = permanent_by_code(near)
    return FailedRecipient(address, by_words if permanent is None else permanent, status, near)


def permanent_by_words(text: str) -> bool | None:
    """Judge by the words of the whole report: given up, or still being tried; None when it says neither."""
    if _GIVEN_UP.search(text):
        return not (
            DELAY.search(text)
            and re.search(
                r"(?:warning|not yet|no action|still|will (?:be|keep|continue)|do not need to (?:re)?send)",
                text,
                re.IGNORECASE,
            )
        )
    return False if DELAY.search(text) else (True if FAILURE.search(text) else None)


def still_tried(text: str) -> bool:
    """Whether a report says in so many words that the mail is being tried again and need not be sent again."""
    return _STILL_TRIED.search("\n".join(_report(text))) is not None


def failed_by_flufl(beginning: bytes) -> tuple[FailedRecipient, ...]:
    """Ask flufl.bounce, which knows many servers' own forms; of a long mail it is shown the beginning only."""
    from flufl.bounce import all_failures

    try:
        temporary, permanent = all_failures(message_from_bytes(beginning))
    except (ValueError, LookupError, TypeError, AttributeError):
        return ()  # it trips over some broken mails; our own reading stands alone then
    rows = [(address, True) for address in sorted(permanent)] + [(address, False) for address in sorted(temporary)]
    return tuple(
        FailedRecipient(address.decode("utf-8", "replace").strip("'\"<> "), lasting, None, "")
        for address, lasting in rows
        if b"@" in address
    )[:_MAX_RECIPIENTS]


def told_by_code(known: FailedRecipient, read_here: FailedRecipient | None) -> FailedRecipient:
    """Take the code and the words that stand beside an address; a code goes before a program's general judgement."""
    if read_here is None:
        return known
    by_code = permanent_by_code(read_here.diagnostic)
    gives_up = known.permanent and _NO_MORE_TRIES.search(read_here.diagnostic)
    permanent = known.permanent if by_code is None or gives_up else by_code
    return FailedRecipient(known.address, permanent, read_here.status, read_here.diagnostic)
