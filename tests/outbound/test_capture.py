import asyncio
import email
import mailbox
from pathlib import Path

from mailbot.outbound.capture import Capture
from mailbot.outbound.mail import Deferred, Delivery, Sent

RAW = b"From: desk@desk.example\r\nMessage-ID: <1@desk.example>\r\n\r\nhello\r\n"


def capture(maildir: Path, *sendings: tuple[bytes, str]) -> list[Delivery]:
    async def run() -> list[Delivery]:
        relay = Capture(maildir)
        found = [await relay.send(raw, "bounce+x@desk.example", recipient) for raw, recipient in sendings]
        await relay.close()
        return found

    return asyncio.run(run())


def test_a_captured_mail_lies_in_the_maildir_with_its_envelope(tmp_path: Path) -> None:
    (delivery,) = capture(tmp_path / "captured", (RAW, "ann@customer.example"))

    (mail,) = mailbox.Maildir(tmp_path / "captured", factory=None, create=False)
    assert isinstance(delivery, Sent)
    assert mail["Return-Path"] == "<bounce+x@desk.example>"
    assert mail["Delivered-To"] == "ann@customer.example"
    assert mail["Message-ID"] == "<1@desk.example>"
    assert mail.get_payload() == "hello\n"


def test_a_retry_replaces_the_mail_even_when_it_was_read_meanwhile(tmp_path: Path) -> None:
    capture(tmp_path, (RAW, "ann@customer.example"))
    (unread,) = (tmp_path / "new").iterdir()
    unread.rename(tmp_path / "cur" / f"{unread.name}:2,S")

    capture(tmp_path, (RAW, "ann@customer.example"), (RAW, "ann@customer.example"))

    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_another_recipient_or_another_message_id_is_another_mail(tmp_path: Path) -> None:
    capture(
        tmp_path,
        (RAW, "ann@customer.example"),
        (RAW, "bob@acme.example"),
        (RAW.replace(b"<1@", b"<2@"), "ann@customer.example"),
    )

    assert len(list((tmp_path / "new").iterdir())) == 3


def test_the_octets_after_the_envelope_are_the_mails_own(tmp_path: Path) -> None:
    capture(tmp_path, (RAW, "ann@customer.example"))

    (path,) = (tmp_path / "new").iterdir()

    assert path.read_bytes().endswith(b"\r\n" + RAW)
    assert email.message_from_bytes(path.read_bytes())["From"] == "desk@desk.example"


def test_a_folder_that_cannot_be_written_defers_and_names_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    (delivery,) = capture(tmp_path / "file", (RAW, "ann@customer.example"))

    assert isinstance(delivery, Deferred)
    assert str(tmp_path / "file") in delivery.answer
