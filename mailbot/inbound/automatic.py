"""What kind of mail it is: a person's, an automatic one, a DSN, or another report.

In: a parsed mail, its body and the draft of its new words. Out: a `Verdict` that names the deciding rule.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.inbound.body import Body
from mailbot.inbound.draft import Draft
from mailbot.inbound.mime import Mail
from mailbot.inbound.reading import FailedRecipient, MailKind


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


def kind_of(mail: Mail, body: Body, draft: Draft, *, null_return_path: bool) -> Verdict:
    """Decide on the kind of a mail."""
    if mail.first("content-type").lower().startswith("multipart/report"):
        return Verdict(MailKind.BOUNCE, "multipart/report")
    if mail.first("auto-submitted").lower() not in ("", "no") or null_return_path:
        return Verdict(MailKind.AUTO_REPLY, "Auto-Submitted")
    return Verdict(MailKind.HUMAN, "nothing speaks for a machine")
