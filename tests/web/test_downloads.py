"""The conversation to take along: as text, as a mailbox that other programs read."""

from __future__ import annotations

import mailbox
from contextlib import closing
from email.header import decode_header, make_header
from pathlib import Path

from mailbot.core.ticket import Party
from tests.web.served import Served, served


def test_the_text_holds_the_whole_conversation_in_the_readers_language(here: Served) -> None:
    ticket = here.open_ticket("Es tropft.", details=(("order", "A-17"),))
    here.say(ticket, Party.VENDOR, "Festziehen!", cuts=(("signature", "--\nBob"),))

    answer = here.ask(f"{here.path(ticket)}/conversation.txt", headers={"Accept-Language": "de"})

    assert answer.headers["content-disposition"].startswith('attachment; filename="ticket-1001.txt"')
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for shown in ("Ticket #1001: Pump leaks", "order: A-17", "Sie schrieben", "Festziehen!", "Es tropft.", "--\nBob"):
        assert shown in answer.text


def test_the_mailbox_opens_in_other_programs_with_files_and_without_addresses(here: Served, tmp_path: Path) -> None:
    ticket = here.open_ticket("From here it drips.\n\nFrom there too.", subject="Pümp leaks")
    picture = bytes(range(256)) * 20
    here.say(ticket, Party.VENDOR, "See.", attachments=(here.stored("plän.png", picture, "image/png"),))

    answer = here.ask(f"{here.path(ticket, Party.CUSTOMER)}/conversation.mbox")

    file = tmp_path / "conversation.mbox"
    file.write_bytes(answer.body)
    with closing(mailbox.mbox(file)) as opened:
        opening, reply = opened
    assert str(make_header(decode_header(opening["Subject"]))) == "Pümp leaks"
    assert "Ann" in opening["From"]
    assert "Acme" in reply["From"]
    assert b">From there too." in answer.body
    assert [part.get_payload(decode=True) for part in reply.walk() if part.get_filename()] == [picture]
    assert b"bob@vendor.example" not in answer.body
    assert b"ann@customer.example" not in answer.body


def test_files_that_are_too_much_are_named_in_the_mailbox(tmp_path: Path) -> None:
    with served(tmp_path, {"smtp": {"max_message_bytes": "10 kB"}}) as here:
        ticket = here.open_ticket()
        here.say(ticket, Party.VENDOR, "See.", attachments=(here.stored("film.mp4", b"x" * 20_000),))

        answer = here.ask(f"{here.path(ticket)}/conversation.mbox")

    assert len(answer.body) < 5_000
    assert "film.mp4, 20 kB" in answer.text


def test_strange_names_and_texts_make_no_other_headers(here: Served) -> None:
    ticket = here.open_ticket("a\r\nFrom x\n\x00", subject="s\nBcc: x", customer_name='"A"\r\nBcc: y <z@evil.example>,')

    answer = here.ask(f"{here.path(ticket)}/conversation.mbox")

    assert answer.status == 200
    assert b"\nBcc:" not in answer.body
