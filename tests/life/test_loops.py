"""Machines that write to machines: every such exchange ends, and nobody is written to who has no part in it."""

import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbot.cli.ticket_text import ticket_text
from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Event, Party
from mailbot.core.verdict import Outcome
from mailbot.outbound.compose import compose
from mailbot.service import deliver
from mailbot.service.record import CAP_MET
from mailbot.service.ticket_page import ticket_page
from mailbot.store import outbox
from tests.given import ANN, BOB, SETTINGS, Play, a_mail, a_play

ADMIN = "admin@operator.example"
EVE = "eve@else.example"
Letter = tuple[str, str, bytes]
"""Return path, recipient, octets."""


def letters(play: Play) -> list[Letter]:
    """What a desk owes, as octets for a relay; all of it counts as sent."""
    from mailbot.outbound.mail import Sent

    written = []
    while rows := deliver.claim(play.desk, frozenset(), 10):
        for row in rows:
            mail = deliver.prepare(play.desk, row)
            assert mail is not None
            raw = mail if isinstance(mail, bytes) else compose(mail, None)
            written.append((deliver.return_path_of(mail), row.to_address, raw))
            deliver.settle(play.desk, row, Sent("250 2.0.0 taken"), play.clock.now())
    return written


def desk_facing(folder: Path, domain: str, other: str, changes: str) -> Play:
    """A desk whose vendor is the other desk's intake."""
    folder.mkdir()
    text = SETTINGS.replace("desk.example", domain).replace(BOB, f"support@{other}")
    return a_play(folder, text, changes)


def pass_until_silence(desks: dict[str, Play], most: int) -> int:
    """Carries mails between desks until none is left; how many went from one desk to another."""
    passed = 0
    waiting = [letter for play in desks.values() for letter in letters(play)]
    while waiting:
        return_path, recipient, raw = waiting.pop(0)
        if play := desks.get(recipient.rpartition("@")[2]):
            passed += 1
            assert passed <= most, "they write for ever"
            play.receive(recipient, raw, return_path)
            waiting += letters(play)
    return passed


@pytest.mark.parametrize("announced", ["true", "false"])
@pytest.mark.parametrize("rewritten", [False, True], ids=["as sent", "Message-ID rewritten"])
def test_two_desks_that_are_each_others_vendor_fall_silent_within_four_mails(tmp_path, announced, rewritten):
    changes = f"[tickets]\nannounce_as_automatic = {announced}\n"
    a = desk_facing(tmp_path / "a", "a.example", "b.example", changes)
    b = desk_facing(tmp_path / "b", "b.example", "a.example", changes)
    a.receive("support@a.example", a_mail("It leaks."), ANN)
    if rewritten:
        for play in (a, b):
            plain = play.receive

            def receive(recipient, raw, return_path=ANN, plain=plain):
                return plain(
                    recipient, re.sub(rb"(?im)^message-id:.*$", b"Message-ID: <x@mx.example>\r", raw), return_path
                )

            play.receive = receive

    passed = pass_until_silence({"a.example": a, "b.example": b}, 4)

    assert 1 <= passed <= 4
    for play in (a, b):
        play.desk.store.close()


def test_a_desk_whose_vendor_is_its_own_intake_falls_silent(tmp_path):
    play = desk_facing(tmp_path / "a", "a.example", "a.example", "")
    play.receive("support@a.example", a_mail("It leaks."), ANN)

    assert pass_until_silence({"a.example": play}, 4) == 1
    play.desk.store.close()


def test_our_own_mail_is_known_by_its_list_though_a_relay_gave_it_another_message_id(play):
    number = play.open()
    raw = letters(play)[0][2]
    rewritten = re.sub(rb"(?im)^message-id:.*$", b"Message-ID: <x@mx.example>\r", raw)

    verdict = play.receive(play.reply_address(number, Party.VENDOR), rewritten, "someone@else.example")

    assert (verdict.outcome, verdict.reason) == (Outcome.IGNORED, "loop: our own mail came back")


def test_a_list_with_a_name_like_ours_is_not_us(play):
    other = a_mail("News", EVE, List_Id="Desk <tickets.desk.example.else.example>")

    verdict = play.receive("support@desk.example", other, EVE)

    assert verdict.reason.startswith("automatic")


def destinations(play: Play, number: int, held: int) -> dict[str, str]:
    """Every kind of address that takes mail."""
    tokens = {
        "reply": Token(Purpose.REPLY, Party.VENDOR, number),
        "close": Token(Purpose.CLOSE, Party.VENDOR, number),
        "keep": Token(Purpose.KEEP, Party.VENDOR, number),
        "confirm": Token(Purpose.CONFIRM, Party.VENDOR, held),
        "discard": Token(Purpose.DISCARD, Party.VENDOR, held),
        "bounce": Token(Purpose.BOUNCE, Party.VENDOR, number, 1),
    }
    plain = {name: f"{name}@desk.example" for name in ("support", "desk", "postmaster", "abuse")}
    return {name: play.desk.addresses.address(token) for name, token in tokens.items()} | plain


NAMES = ["reply", "close", "keep", "confirm", "discard", "bounce", "support", "desk", "postmaster", "abuse"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_sent_in_answer_to_a_null_return_path(play, name):
    number = play.open()
    play.receive(play.reply_address(number, Party.VENDOR), a_mail("Hi", EVE, "<e@else.example>"), EVE)
    address = destinations(play, number, play.show(number)["held"][0]["id"])[name]
    letters(play)

    verdict = play.receive(address, a_mail("Anything.", BOB, "<n@vendor.example>"), "")

    assert {recipient for _, recipient, _ in letters(play)} <= {ADMIN}
    assert play.show(number)["status"] == "open"
    assert len(play.show(number)["comments"]) == 1
    assert verdict.outcome in (Outcome.IGNORED, Outcome.BOUNCE_RECORDED, Outcome.FORWARDED)


def a_bounce(of: str, address: str) -> bytes:
    """A delivery report (RFC 3464) about a mail of ours."""
    return "\r\n".join([
        "From: Mail System <MAILER-DAEMON@mx.vendor.example>", "To: someone@desk.example", "Subject: Undeliverable",
        "Message-ID: <report@mx.vendor.example>", "MIME-Version: 1.0", "Auto-Submitted: auto-replied",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "Nobody is here.",
        "--b", "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.vendor.example", "",
        f"Final-Recipient: rfc822; {address}", "Action: failed", "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 nobody", "", "--b", "Content-Type: text/rfc822-headers", "",
        f"Message-ID: {of}", "", "--b--", "",
    ]).encode()  # fmt: skip


def test_a_bounce_tells_the_admins_once_and_a_bounce_of_that_ends_at_once(play):
    number = play.open()
    first = play.deliver()[1]
    play.receive(first.return_path, a_bounce(first.message_id, BOB), "")
    ((return_path, to, word),) = letters(play)
    about_the_word = re.search(rb"(?m)^Message-ID: (<.*>)", word)[1].decode()

    again = [
        play.receive(address, a_bounce(about_the_word, ADMIN), "")
        for address in ("desk@desk.example", "support@desk.example", play.reply_address(number, Party.VENDOR))
    ]

    assert (return_path, to) == ("", ADMIN)
    assert {verdict.outcome for verdict in again} == {Outcome.IGNORED}
    assert letters(play) == []


def test_a_robot_that_lies_meets_the_cap_and_the_ticket_shows_it(play):
    number = play.open()
    letters(play)

    for count in range(25):
        lie = a_mail(f"I have received your mail number {count}!", BOB, f"<r{count}@vendor.example>")
        play.receive(play.reply_address(number, Party.VENDOR), lie, BOB)
    sent = letters(play)

    to = [recipient for _, recipient, _ in sent]
    assert (to.count(ANN), to.count(BOB), to.count(ADMIN)) == (10, 10, 1)
    assert [entry["event"] for entry in play.show(number)["history"]].count("note") == 1
    assert len(play.show(number)["comments"]) == 26
    assert "note by desk, what too many mails, party vendor, reason more than 10 within an hour" in ticket_text(
        play.show(number)
    )
    for party in Party:
        page = ticket_page(play.desk, Token(Purpose.VIEW, party, number))
        assert [dict(entry.face.facts)["what"] for entry in page.entries if entry.face.event is Event.NOTE] == [CAP_MET]


def test_a_stranger_makes_us_ask_no_more_often_than_the_cap_and_the_admins_hear_of_it_once(play):
    number = play.open()
    letters(play)

    for count in range(25):
        play.clock.move(timedelta(minutes=10))
        lie = a_mail(f"I have received your mail number {count}!", EVE, f"<r{count}@else.example>")
        assert play.receive(play.reply_address(number, Party.VENDOR), lie, EVE).outcome is Outcome.HELD
    to = [recipient for _, recipient, _ in letters(play)]

    assert (to.count(BOB), to.count(ADMIN), to.count(ANN)) == (10, 1, 0)
    assert len(play.show(number)["held"]) == 25
    notes = [entry["facts"] for entry in play.show(number)["history"] if entry["event"] == "note"]
    assert [note["what"] for note in notes] == ["too many held mails"]


def test_cced_people_never_become_participants(play):
    number = play.open()
    cc = a_mail("Carla, please read.", BOB, "<c1@vendor.example>", Cc=f"Eve <{EVE}>, {VICTIM}", Reply_To=EVE)
    play.receive(play.reply_address(number, Party.VENDOR), cc, BOB)

    from_cced = play.receive(play.reply_address(number, Party.VENDOR), a_mail("Hi", EVE, "<c2@else.example>"), EVE)

    assert from_cced.outcome is Outcome.HELD
    assert {recipient for _, recipient, _ in letters(play)} == {ANN, BOB}


PEOPLE = [ANN, BOB, EVE, "carla@vendor.example", "nobody@public.example", "desk@desk.example", ADMIN]
VICTIM = "victim@else.example"
AUTHORS = st.sampled_from([*PEOPLE, f"{EVE}, {BOB}", "", f"=?utf-8?q?{VICTIM}?= <{EVE}>", f"{VICTIM} <{EVE}>"])
LIES = st.fixed_dictionaries(
    {},
    optional={
        "Reply_To": st.just(VICTIM),
        "Cc": st.just(VICTIM),
        "Sender": st.just(VICTIM),
        "Return_Path": st.just(f"<{VICTIM}>"),
        "Errors_To": st.just(VICTIM),
        "Disposition_Notification_To": st.just(VICTIM),
        "Auto_Submitted": st.just("auto-replied"),
        "In_Reply_To": st.just("<1@desk.example>"),
    },
)
MAILS = st.lists(
    st.tuples(
        st.sampled_from(NAMES), AUTHORS, st.sampled_from([*PEOPLE, VICTIM, ""]), LIES, st.sampled_from(["Hi", "#close"])
    ),
    min_size=3,
    max_size=12,
)


@settings(max_examples=int(os.environ.get("MAILBOT_EXAMPLES", "15")), deadline=None)
@given(mails=MAILS)
def test_no_mail_ever_goes_to_an_address_that_is_no_party_admin_or_opener(mails):
    with tempfile.TemporaryDirectory() as folder:
        play = a_play(Path(folder))
        number = play.open()
        play.receive(play.reply_address(number, Party.VENDOR), a_mail("Hi", EVE, "<e@else.example>"), EVE)
        to = destinations(play, number, play.show(number)["held"][0]["id"])

        openers = set()
        for count, (name, author, return_path, lies, text) in enumerate(mails):
            raw = a_mail(text, author, f"<{count}@x.example>", **lies)
            if play.receive(to[name], raw, return_path).outcome is Outcome.OPENED:
                openers.add(author.rpartition("<")[2].strip(">"))

        with play.desk.store.read() as connection:
            written_to = {row.to_address for row in outbox.list_rows(connection)}
        assert written_to <= {ANN, BOB, ADMIN} | openers
        assert VICTIM not in written_to
        play.desk.store.close()
