"""Whole outgoing mails as files: a change of any octet is seen in review.

After a wanted change: `python -m tests.outbound.test_golden` writes them anew; read the difference.
"""

from pathlib import Path

import pytest

from mailbot.core.ticket import Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail, example_mails
from mailbot.outbound.mail import OutgoingMail, OutgoingNotice

FOLDER = Path(__file__).parent.parent / "golden" / "mails"


def golden_mails() -> dict[str, OutgoingMail | OutgoingNotice]:
    """The mails by the names of their files."""
    named: dict[str, OutgoingMail | OutgoingNotice] = {}
    for number, mail in enumerate(example_mails(), 1):
        reader = mail.to_party.value if isinstance(mail, OutgoingMail) else "notice"
        named[f"en-{number:02}-{mail.kind.value}-{reader}.eml"] = mail
    for kind in (Kind.REPLY, Kind.WARNING):
        named[f"de-{kind.value}-vendor.eml"] = example_mail(kind, Party.VENDOR, "de")
    return named


@pytest.mark.parametrize("name", golden_mails())
def test_a_mail_is_octet_for_octet_what_was_reviewed(name: str) -> None:
    assert compose(golden_mails()[name], None) == (FOLDER / name).read_bytes()


def test_no_golden_mail_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(golden_mails())


def write_golden_mails() -> None:
    """Write every golden mail as it is composed now."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for name, mail in golden_mails().items():
        (FOLDER / name).write_bytes(compose(mail, None))


if __name__ == "__main__":
    write_golden_mails()
