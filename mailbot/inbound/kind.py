"""What kind of mail it is: a person's, an automatic one, a DSN, or another report.

In: a parsed mail and the draft of its new words. Out: a `Verdict` that names the deciding rule.
The order matters: a report says what it is; a bounce may bear list headers of the mail it returns; then the
headers of automatic mail; its words last, because only those can be a person's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from mailbot.inbound.author import addresses_in
from mailbot.inbound.automatic import automatic_by_header, automatic_by_words
from mailbot.inbound.bounce_openings import opens_like_a_bounce
from mailbot.inbound.bounce_text import (
    DELAY,
    FAILURE,
    failed_by_flufl,
    failed_in_text,
    permanent_by_words,
    still_tried,
    told_by_code,
)
from mailbot.inbound.delivery_status import bounced_message_id, is_wrapped_report, reported_recipients
from mailbot.inbound.draft import Draft
from mailbot.inbound.machine_words import says_i
from mailbot.inbound.mime import Mail
from mailbot.inbound.reading import FailedRecipient, MailKind
from mailbot.inbound.told_by_person import tells_of_a_machine

_DAEMON = re.compile(
    (
        r"mailer-?daemon|mail[.\s_-]?(?:delivery|system|administrator)[.\s_-]?(?:sub-?system|system|service|"
        r"agent)?|(?:^|[<\s\"])(?:postmaster|post_?master|mailadm\w*|mail-?daemon|bounces?|mdaemon|"
        r"system administrator|internet mail delivery|microsoft outlook|microsoftexchange\w*|delivery|"
        r"mailmaster)(?:@|[\"\s<]|$)"
    ),
    re.IGNORECASE,
)
_PROGRAM = re.compile(
    r"mailer-?daemon|mail delivery|mdaemon|microsoft ?(?:exchange|outlook)", re.IGNORECASE
)  # nobody's name
_BOUNCE_SUBJECT = re.compile(
    r"""\W{0,3}(?:notice:\ )?(?:
        (?:mail\ |message\ |e-?mail\ )?(?:delivery|deliver)\ ?(?:status\ |report|failure|fail|problem|error
          |has\ failed|incomplete|delay|notification|unsuccessful) | mail\ (?:delivery|system\ error
          |not\ delivered|could\ not) | un(?:deliver|zustell)
      | (?:returned|failed|rejected|bounced)\ (?:mail|e-?mail|message) | failure\ (?:notice|delivery
        |notification) | non-?deliver | (?:nicht|not)\ (?:zustellbar|delivered) | message\ (?:delayed|undeliver
        |could\ not|not\ delivered|status) | warning:\ (?:message|could\ not)
      | (?:permanent|temporary)\ delivery | returned\ to\ sender | return(?:ing)?\ (?:message|mail)\ to\ sender
        | your\ (?:message|e?-?mail)\ .{0,80}(?:could\ not|not\ be|was\ not|undeliver|rejected|delayed)
        | (?:message|e?-?mail)\ you\ sent\ .{0,40}(?:blocked|rejected|not\ delivered|bounced)
        | (?:message|e?-?mail)\ (?:was\ |has\ been\ )?(?:rejected|refused|bounced|blocked)
        | (?:automatically\ )?rejected\ mail | delayed\ mail | .{0,60}undeliver(?:able|ed)
      | mail\ (?:failure|error|returned) | processing\ error | e?-?mail\ (?:undeliver|delivery) | non\ remis
        | kan\ ikke\ leveres | det\ g(?:år|ick)\ inte\ att\ leverera | nelze\ doruč | rapport\ d.[ée]chec
        | nu\ (?:se\ poate|a\ putut)\ livra | toimitus\ epäonnistui
      | échec\ (?:de\ la\ )?(?:remise|livraison|distribution) | notification\ d.état | no\ se\ (?:puede
        |pudo)\ entregar | (?:não\ foi\ possível\ entregar|não\ entregue) | (?:mancato\ recapito|recapito\ non
        |impossibile\ recapitare|consegna\ fallita)
      | (?:(?:ihre|die|eine)\ )?(?:e-?mail|nachricht)\ .{0,40}nicht\ zugestellt
      | zustellung\ .{0,30}fehl | zustellungs?fehler | fehler\ bei\ der\ (?:nachrichten)?zustellung
        | verzöger\w*\ zustellung | zustellung\ verzögert | courrier\ retardé
        | (?:remise|livraison)\ (?:différée|retardée)
        | entrega\ (?:retrasada|demorada|atrasada) | consegna\ (?:ritardata|in\ ritardo) | (?:correo|mensaje)\ devuelto
        | (?:mensagem|e-?mail)\ devolvid[oa]
        | courrier\ non\ distribué | (?:bezorging|levering)\ vertraagd | leverans(?:en)?\ försenad | forsinket\ levering
        | onbestelbaar | niet\ (?:bezorgd|te\ bezorgen) | kan\ inte\ leverera | kunne\ ikke\ leveres
        | (?:не\ удалось|недоставлен|не\ доставлен) | nie\ (?:można|udało) | niedostarcz | nedoruč | (?:系统退信|退信
        |邮件无法|無法傳遞|配信不能|配信エラー|送信エラー|반송|전송\ 실패) | iletilemedi | kézbesíthetetlen | μη\ παραδ
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS = re.compile(r"[?？](?:\s|$)")
_DOMAIN_REPORT = re.compile(
    r"\breport[ -]domain:\s{0,3}\S+\s{1,3}submitter:", re.IGNORECASE
)  # RFC 7489 section 7.2.1.1
_COMPLAINT_FIELDS: Final = ("x-hmxmroriginalrecipient", "x-arf", "x-xarf")
"""Of complaints that are no RFC 5965: Outlook.com's junk mail reports, X-ARF."""
_ANSWER = re.compile(r"\s*(?:re|aw|antw|sv|vs|fwd?|wg|tr|rv|i|r)\s?(?:\[\d+\])?\s?:", re.IGNORECASE)
_REJECTED = re.compile(r"rejected|refused|abgelehnt|rejet|failed|denied", re.IGNORECASE)

_BEGINNING_BYTES: Final = 24_000
"""For flufl.bounce, whose cost grows faster than the mail."""


@dataclass(frozen=True)
class Verdict:
    """The kind, why, and what a DSN says."""

    kind: MailKind
    why: str
    failed: tuple[FailedRecipient, ...] = ()
    original_message_id: str | None = None

    @property
    def is_answer(self) -> bool:
        """Whether the new words are to be told from the rest: in a person's mail they are."""
        return self.kind is MailKind.HUMAN


def kind_of(mail: Mail, draft: Draft, *, null_return_path: bool) -> Verdict:
    """Decide on the kind of a mail."""
    null_path = null_return_path or mail.first("return-path").strip() in ("<>", "<MAILER-DAEMON>")
    text = draft.whole()
    if verdict := _report(mail, text, null_path=null_path):
        return verdict
    if verdict := _bounce(mail, draft, null_path=null_path):
        return verdict
    if why := automatic_by_header(mail, null_return_path=null_path):
        return Verdict(MailKind.AUTO_REPLY, why)
    if why := automatic_by_words(mail, draft.text()):
        return Verdict(MailKind.AUTO_REPLY, why)
    return Verdict(MailKind.HUMAN, "nothing speaks for a machine")


def _report(mail: Mail, text: str, *, null_path: bool) -> Verdict | None:
    """Judge by the machine-readable report at the top level, or in a mail that a server wrapped whole."""
    kinds = {leaf.media_type for leaf in mail.leaves}
    top = mail.message.get_content_type().lower()
    if "message/feedback-report" in kinds or any(mail.first(name) for name in _COMPLAINT_FIELDS):
        return Verdict(MailKind.OTHER, "abuse feedback (RFC 5965 and its forerunners)")
    if _DOMAIN_REPORT.search(mail.subject) and not _ANSWER.match(mail.subject):
        return Verdict(MailKind.OTHER, "report on a domain's mail (RFC 7489, RFC 8460)")
    if kinds & {"message/delivery-status", "message/global-delivery-status"}:
        return (
            _bounced(mail, text, "delivery report (RFC 3464)")
            if top.startswith("multipart/report") or _from_daemon(mail) or not _by_person(mail)
            else None
        )
    if (null_path or _PROGRAM.search(mail.first("from"))) and any(map(is_wrapped_report, mail.leaves)):
        return _bounced(mail, text, "a server passes on a delivery report")
    if "message/disposition-notification" in kinds and top.startswith("multipart/"):
        if _REJECTED.search(mail.first("auto-submitted")) or _REJECTED.search(mail.subject):
            return _bounced(mail, text, "rejected by the recipient's own rule (RFC 5429)")
        return Verdict(MailKind.AUTO_REPLY, "read receipt (RFC 8098)")
    return None


def _by_person(mail: Mail) -> bool:
    """Whether an answer or a forward, not from a mail server, wraps the report."""
    return bool(_ANSWER.match(mail.subject)) or bool(mail.first("in-reply-to"))


def _from_daemon(mail: Mail) -> bool:
    return _DAEMON.search(mail.first("from")) is not None


def _bounce(mail: Mail, draft: Draft, *, null_path: bool) -> Verdict | None:
    """Judge a report in prose: who sends it, what it is called, and whether it names an address that failed."""
    text = draft.whole()
    daemon = _from_daemon(mail)
    answers = _ANSWER.match(mail.subject) is not None
    named = not answers and _BOUNCE_SUBJECT.match(mail.subject) is not None
    if mail.first("x-failed-recipients") and (daemon or null_path or named):
        return _bounced(mail, text, "X-Failed-Recipients")
    if not (daemon or named):
        return _unsigned_bounce(mail, text)
    sure = null_path or _PROGRAM.search(mail.first("from")) is not None
    if not sure and _speaks(draft.text()):
        return None
    if daemon and named:
        return _bounced(mail, text, "a mail server's failure notice")
    fails = FAILURE.search(text[:3000]) or DELAY.search(text[:3000])
    if named and not mail.first("in-reply-to") and fails:
        verdict = _bounced(mail, text, "a failure notice by its subject and words")
        return verdict if verdict.failed or null_path else None
    if daemon and fails:
        verdict = _bounced(mail, text, "a mail server's words of failure")
        return verdict if sure or (verdict.failed and not answers) else None
    if _PROGRAM.search(mail.first("from")) and (failed := failed_in_text(text, _ours(mail))):
        return Verdict(MailKind.BOUNCE, "a mail server names an address", failed, bounced_message_id(mail.leaves))
    return None


def _speaks(text: str) -> bool:
    """Whether a person tells of what came to him, or of his own mail, or asks; "postmaster" may be one."""
    return tells_of_a_machine(text) or _OWN_MAIL.search(text[:600]) is not None or _ASKS.search(text[:600]) is not None


_OWN_MAIL = re.compile(
    r"\b(?:my|meine|mon|mes|mi|minha|mia|mio|mijn|mitt|min) "
    r"(?:\w{1,12} )?(?:e-?mails?|mails?|messages?|nachricht|mensaje|mensagem|messaggio"
    r"|bericht|mejl|melding)\b(?! (?:server|system|gateway))"
    r"|\byou (?:sent|wrote|mailed) (?:to )?(?:us|me)\b",
    re.IGNORECASE,
)  # a server speaks of "your message", and of "our mail system"


_FULL_MAILBOX = re.compile(
    r"the (?:mailbox|account|user)\b.{0,100}?(?:full|quota|exceeded).{0,160}?\b(?:your|the) (?:message|e-?mail|mail)\b"
    r".{0,120}?\b(?:returned|rejected|refused|not be (?:deliver|stor|accept)ed|not (?:deliver|stor|accept)ed)\b",
    re.IGNORECASE | re.DOTALL,
)


def _unsigned_bounce(mail: Mail, text: str) -> Verdict | None:
    """A failure notice from an ordinary address: short, opening with the failure, answering nothing, without an "I"."""
    if (
        mail.first("in-reply-to")
        or mail.first("references")
        or len(text) > 4000
        or not (opens_like_a_bounce(text) or _FULL_MAILBOX.match(text))
        or says_i(text[:600])
        or _speaks(text[:600])
    ):
        return None
    failed = failed_in_text(text, _ours(mail))
    return (
        Verdict(
            MailKind.BOUNCE, "opens like a failure notice and names an address", failed, bounced_message_id(mail.leaves)
        )
        if failed
        else None
    )


def _bounced(mail: Mail, text: str, why: str) -> Verdict:
    """Gather the failed recipients: from the report, then what flufl.bounce knows, then the prose."""
    failed = reported_recipients(mail.leaves)
    if not failed:
        failed = _from_prose(mail, text)
    return Verdict(MailKind.BOUNCE, why, failed, bounced_message_id(mail.leaves))


def _from_prose(mail: Mail, text: str) -> tuple[FailedRecipient, ...]:
    """What the header or flufl.bounce knows, told more exactly by the codes that the prose gives beside an address."""
    read_here = failed_in_text(text, _ours(mail))
    known = _from_header(mail, text) or failed_by_flufl(mail.outline.beginning(_BEGINNING_BYTES))
    beside = {one.address.lower(): one for one in read_here}
    found = tuple(told_by_code(one, beside.get(one.address.lower())) for one in known) or read_here
    return tuple(replace(one, permanent=False) for one in found) if still_tried(text) else found


def _from_header(mail: Mail, text: str) -> tuple[FailedRecipient, ...]:
    """X-Failed-Recipients, as Exim and Gmail write it."""
    addresses = addresses_in(mail.first("x-failed-recipients"))
    permanent = permanent_by_words(f"{mail.subject}\n{text[:3000]}")
    return tuple(FailedRecipient(address, permanent, None, "") for address in addresses)


def _ours(mail: Mail) -> tuple[str, ...]:
    """The addresses that the bounce itself was sent from and to."""
    return tuple(
        address
        for name in ("from", "to", "reply-to", "sender", "delivered-to", "errors-to")
        for address in addresses_in(mail.first(name))
    )
