"""The captured mails: read as either party, answered by SMTP, safe from other sites and from what mails hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from urllib.parse import urlencode

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from mailbot.core.ticket import Party
from tests.web.browsing import hidden, multipart
from tests.web.served import Answer, Served, asked


class Port:
    """Whoever listens at the desk's SMTP port: keeps what comes, or answers as told."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.answer = "250 2.0.0 taken"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        self.taken.append(envelope)
        return self.answer

    def mail(self) -> EmailMessage:
        """The one mail that came."""
        (envelope,) = self.taken
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


@contextmanager
def port(here: Served) -> Iterator[Port]:
    taking = Port()
    host, number = here.desk.config.smtp.listen
    controller = Controller(taking, hostname=host, port=number)
    controller.start()
    try:
        yield taking
    finally:
        controller.stop()


def got(here: Served, path: str, **headers: str) -> Answer:
    return asked(here.capture_port, path, headers=headers)


def place(here: Served, box: str) -> str:
    """The path of the newest mail in a mailbox."""
    return re.findall(r'href="(/mail/[0-9a-f]+)"', got(here, f"/?box={box}").text)[0]


def posted(here: Served, form_page: str, path: str, fields: dict[str, str], *files: tuple[str, bytes]) -> Answer:
    headers, body = multipart({**hidden(got(here, form_page).text), **fields}, files)
    return asked(here.capture_port, path, "POST", headers, body)


BOB = "bob%40vendor.example"
WRITTEN = {
    "name": "Ann",
    "address": "ann@customer.example",
    "to": "support@desk.example",
    "subject": "Hi",
    "text": "Hello.",
}


def test_the_index_lists_each_recipients_mails_newest_first(here: Served) -> None:
    ticket = here.open_ticket()
    here.capture_queued(ticket)
    here.say(ticket, Party.CUSTOMER, "More.")
    here.capture_queued(ticket)

    page = got(here, "/").text
    bobs = got(here, f"/?box={BOB}").text

    assert page.count('class="kind"') == 4
    assert bobs.index(">reply<") < bobs.index(">opened<")
    assert "ann@customer.example" not in bobs.partition("Write to the desk")[0]


def test_an_empty_capture_invites_to_write(here: Served) -> None:
    page = got(here, "/").text

    assert "No mail yet." in page
    assert "support@desk.example (Acme, Technical support)" in page


def test_a_mail_shows_its_fields_parts_and_files(here: Served) -> None:
    ticket = here.open_ticket()
    here.settle(ticket)
    here.say(ticket, Party.CUSTOMER, "A picture.", attachments=(here.stored("plate.png", b"x" * 5000),))
    here.capture_queued(ticket)

    page = got(here, place(here, BOB)).text

    for shown in ("Ann via Desk", "Reply-To", "reply+", "plate.png", "5000 bytes", "A picture.", "Return-Path"):
        assert shown in page


def test_the_html_part_stands_in_a_sandbox(here: Served) -> None:
    ticket = here.open_ticket("<script>alert(1)</script>")
    here.capture_queued(ticket)
    mail = place(here, BOB)

    page, part = got(here, mail), got(here, f"{mail}/html")

    assert 'sandbox="allow-popups' in page.text
    assert "allow-scripts" not in page.text + part.headers["content-security-policy"]
    assert part.headers["content-security-policy"].startswith("sandbox ")
    assert "default-src 'none'" in part.headers["content-security-policy"]
    assert "<script>" not in part.text
    assert "mailto:" not in part.text
    assert f'href="{mail}#act-0" target="_top"' in part.text


def test_the_raw_mail_downloads(here: Served) -> None:
    here.capture_queued(here.open_ticket())

    answer = got(here, f"{place(here, BOB)}/raw")

    assert answer.body.startswith(b"Return-Path: <bounce+")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_an_answer_goes_in_by_smtp_as_a_mail_program_writes_it(here: Served) -> None:
    ticket = here.open_ticket()
    here.capture_queued(ticket)
    mail = place(here, BOB)
    shown = unescape(got(here, mail).text)

    with port(here) as smtp:
        answer = posted(here, mail, f"{mail}/answer", {"text": "Tighten it.\r\nBob"}, ("plän.pdf", b"%PDF-1.4"))

    written = smtp.mail()
    assert answer.status == 303
    assert smtp.taken[0].mail_from == "bob@vendor.example"
    assert smtp.taken[0].rcpt_tos == [here.desk.addresses.reply(ticket.number, Party.VENDOR)]
    assert written["From"] == "Acme <bob@vendor.example>"
    assert written["Subject"] == "Re: [Desk #1001] Pump leaks"
    assert written["In-Reply-To"] in shown
    assert written["References"] == written["In-Reply-To"]
    body = written.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert text.startswith("Tighten it.\nBob\n\nOn ")
    assert "\n> It drips." in text
    assert [part.get_filename() for part in written.iter_attachments()] == ["plän.pdf"]


def test_the_same_answer_sent_again_is_the_same_mail(here: Served) -> None:
    here.capture_queued(here.open_ticket())
    mail = place(here, BOB)
    headers, body = multipart({**hidden(got(here, mail).text), "text": "Once."})

    with port(here) as smtp:
        for _ in range(2):
            asked(here.capture_port, f"{mail}/answer", "POST", headers, body)

    ids = {re.findall(rb"Message-ID: (.*)\r", envelope.content)[0] for envelope in smtp.taken}  # type: ignore[arg-type]  # bytes
    assert len(smtp.taken) == 2
    assert len(ids) == 1


@pytest.mark.parametrize(
    ("action", "purpose", "subject"),
    [("0", "keep+", "Keep ticket #1001 open"), ("1", "close+", "Close ticket #1001")],
)
def test_a_mail_action_sends_the_mail_of_its_link(here: Served, action: str, purpose: str, subject: str) -> None:
    here.capture_queued(here.open_ticket())
    mail = place(here, BOB)

    with port(here) as smtp:
        posted(here, mail, f"{mail}/act", {"action": action})

    assert smtp.taken[0].rcpt_tos[0].startswith(purpose)
    assert smtp.mail()["Subject"] == subject


@pytest.mark.parametrize("action", ["2", "-1", "x", "", "99999999999999999999", "²"])
def test_an_action_that_the_mail_does_not_have_sends_nothing(here: Served, action: str) -> None:
    here.capture_queued(here.open_ticket())
    mail = place(here, BOB)

    with port(here) as smtp:
        answer = posted(here, mail, f"{mail}/act", {"action": action})

    assert answer.status == 422
    assert not smtp.taken


def test_a_new_customer_writes_to_an_intake_address(here: Served) -> None:
    with port(here) as smtp:
        answer = posted(here, "/", "/write", WRITTEN)

    assert answer.status == 303
    assert smtp.taken[0].rcpt_tos == ["support@desk.example"]
    assert smtp.mail()["From"] == "Ann <ann@customer.example>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "root@elsewhere.example"},
        {"address": "no address"},
        {"address": "a@b.example\r\nBcc: c@d.example"},
        {"to": ""},
    ],
)
def test_a_first_mail_that_cannot_be_is_told_and_the_draft_survives(here: Served, wrong: dict[str, str]) -> None:
    with port(here) as smtp:
        answer = posted(here, "/", "/write", WRITTEN | wrong)

    assert answer.status == 422
    assert "Hello.</textarea>" in answer.text
    assert not smtp.taken


def test_a_refusal_of_the_desk_is_shown_with_the_draft(here: Served) -> None:
    here.capture_queued(here.open_ticket())
    mail = place(here, BOB)

    with port(here) as smtp:
        smtp.answer = "550 5.7.1 <no>"
        answer = posted(here, mail, f"{mail}/answer", {"text": "My words."})

    assert answer.status == 422
    assert "550 5.7.1 &lt;no&gt;" in answer.text
    assert "My words.</textarea>" in answer.text


def test_a_port_where_nobody_listens_is_told(here: Served) -> None:
    here.capture_queued(here.open_ticket())
    mail = place(here, BOB)

    answer = posted(here, mail, f"{mail}/answer", {"text": "My words."})

    assert "does not answer" in answer.text
    assert "My words.</textarea>" in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", ""])
def test_a_name_that_somebody_elses_dns_gives_us_gets_nothing(here: Served, host: str) -> None:
    here.capture_queued(here.open_ticket())

    answer = got(here, "/", Host=host)

    assert answer.status == 421
    assert "Pump leaks" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8081", "127.0.0.1", "[::1]:8081"])
def test_its_own_names_are_known(here: Served, host: str) -> None:
    assert got(here, "/", Host=host).status == 200


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_site_sends_no_mail(here: Served, headers: dict[str, str]) -> None:
    sealed = hidden(got(here, "/").text)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}

    with port(here) as smtp:
        forged = asked(here.capture_port, "/write", "POST", kind, urlencode(WRITTEN).encode())
        foreign = asked(here.capture_port, "/write", "POST", kind | headers, urlencode(WRITTEN | sealed).encode())

    assert (forged.status, foreign.status) == (422, 422)
    assert not smtp.taken


@pytest.mark.parametrize("name", ["0" * 32, "..%2f..%2fmailbot.db", "x", "%00", "../config.toml"])
def test_no_other_file_is_read(here: Served, name: str) -> None:
    for tail in ("", "/html", "/raw"):
        assert got(here, f"/mail/{name}{tail}").status == 404


def test_mails_that_are_no_mails_of_ours_are_shown_all_the_same(here: Served) -> None:
    folder = here.desk.config.desk.data_dir / "captured" / "new"
    folder.mkdir(parents=True)
    odd = [
        b"",
        b"\xff\xfe\x00",
        b"Subject: =?utf-8?B?//8=?=\nTo: <<>>,,\n\nbody",
        b"Content-Type: multipart/mixed\n\n--x",
    ]
    for number, raw in enumerate(odd):
        (folder / f"{number:032x}").write_bytes(raw)
    (folder / "README").write_text("not a mail")

    statuses = [got(here, "/").status] + [got(here, f"/mail/{number:032x}").status for number in range(len(odd))]

    assert statuses == [200] * 5
