"""Opening by mail is capped: a person who writes often is never lost, and two machines without marks fall silent."""

from __future__ import annotations

import itertools
import re
from datetime import timedelta

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Actor, Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.service import holding, receive, sweep
from mailbot.service import tickets as use
from mailbot.service.reading_reply import read_reply
from mailbot.service.receive import reading_limits
from mailbot.store import held, outbox, tickets
from tests.given import ANN, BOB, SETTINGS, Play, a_mail, a_play
from tests.life.test_loops import letters

SUPPORT = "support@desk.example"
SMALL = "[limits]\ntickets_per_address_and_hour = 4\ntickets_per_domain_and_hour = 6\n"
_count = itertools.count(1)


def write(play: Play, author: str = ANN, **fields: str) -> Outcome:
    """A new mail of somebody's to the intake address."""
    which = next(_count)
    return play.receive(SUPPORT, a_mail(f"Help {which}", author, f"<{which}@x.example>", **fields), author).outcome


def kinds_to(play: Play, address: str) -> list[Kind]:
    with play.desk.store.read() as connection:
        return [row.kind for row in outbox.list_rows(connection) if row.to_address == address]


def held_ids(play: Play) -> list[int]:
    with play.desk.store.read() as connection:
        return [one.id for one in held.held_mails(connection)]


def take_up(play: Play) -> list[Outcome]:
    """What the server does with mails that wait again."""
    ends = []
    while rows := receive.claim(play.desk, frozenset(), 1):
        raw = receive.raw_mail(play.desk, rows[0])
        reading = read_reply(raw, reading_limits(play.desk), receive.own_history(play.desk, rows[0]), None, None)
        ends.append(receive.settle(play.desk, rows[0], reading).outcome)
    return ends


@pytest.fixture
def small(tmp_path):
    play = a_play(tmp_path, changes=SMALL)
    yield play
    play.desk.store.close()


def test_a_persons_twentieth_mail_in_an_hour_still_opens_a_ticket_and_the_next_is_held(play):
    ends = [write(play) for _ in range(22)]

    assert ends == [Outcome.OPENED] * 20 + [Outcome.HELD] * 2
    assert kinds_to(play, ANN) == [Kind.OPENED] * 3
    assert kinds_to(play, BOB) == [Kind.OPENED] * 20


def test_beyond_the_cap_nobody_is_answered_and_the_admins_are_told_once(small):
    for _ in range(4):
        write(small)
    before = (kinds_to(small, ANN), kinds_to(small, BOB))
    told = len(kinds_to(small, "admin@operator.example"))

    verdict = small.receive(SUPPORT, a_mail("One too many", message_id="<n@x.example>"))
    again = [write(small) for _ in range(5)]

    assert (verdict.outcome, verdict.ticket) == (Outcome.HELD, None)
    assert verdict.reason == f"too many tickets from {ANN} within the hour: an admin decides"
    assert set(again) == {Outcome.HELD}
    assert (kinds_to(small, ANN), kinds_to(small, BOB)) == before
    assert len(kinds_to(small, "admin@operator.example")) == told + 1


def test_the_next_hour_waits_behind_what_is_held_and_opens_again_when_nothing_is(small):
    for _ in range(5):
        write(small)
    small.clock.move(timedelta(hours=3))
    behind = write(small)

    for key in held_ids(small):
        assert holding.reject(small.desk, key)

    assert behind is Outcome.HELD
    assert write(small) is Outcome.OPENED


def test_a_released_mail_opens_its_ticket_though_the_cap_is_met_and_it_came_before(small):
    ends = [write(small) for _ in range(6)]
    first, second = held_ids(small)

    released = [holding.release(small.desk, first).end, holding.release(small.desk, first).end]
    taken_up = take_up(small)

    assert ends[-2:] == [Outcome.HELD] * 2
    assert released == [holding.End.OPENS, holding.End.BEFORE]
    assert taken_up == [Outcome.OPENED]
    assert held_ids(small) == [second]
    assert kinds_to(small, BOB).count(Kind.OPENED) == 5


def test_what_nobody_decides_on_expires_with_a_word_to_the_admins(small):
    for _ in range(6):
        write(small)
    small.clock.move(timedelta(days=14, seconds=1))

    assert holding.expire(small.desk) == 2
    with small.desk.store.read() as connection:
        subjects = [row.notice["subject"] for row in outbox.list_rows(connection) if row.kind is Kind.NOTICE]
    assert subjects[0] == "2 held mails have expired"
    assert write(small) is Outcome.OPENED


def test_letter_case_and_what_follows_a_plus_make_no_other_mailbox(small):
    authors = ["ann@customer.example", "Ann@Customer.Example", "ann+1@customer.example", "ANN+x@customer.example"]

    ends = [write(small, author) for author in [*authors, "aNN+y@customer.example", "ben@customer.example"]]

    assert ends == [Outcome.OPENED] * 4 + [Outcome.HELD, Outcome.OPENED]
    assert len([kind for author in {*authors} for kind in kinds_to(small, author)]) <= 3


def test_a_machine_with_an_address_for_each_mail_meets_the_cap_of_its_domain(small):
    ends = [write(small, f"case-{count}@helpdesk.example") for count in range(8)]
    elsewhere = [write(small, f"person{count}@gmail.com") for count in range(8)]

    assert ends == [Outcome.OPENED] * 6 + [Outcome.HELD] * 2
    assert set(elsewhere) == {Outcome.OPENED}
    assert write(small, ANN) is Outcome.OPENED


def test_a_forger_does_not_use_up_the_number_of_whom_he_claims_to_be(tmp_path):
    play = a_play(tmp_path, changes=f'[smtp]\nauthserv_id = "mx"\n{SMALL}')

    forged = [write(play, Authentication_Results="mx; dmarc=fail") for _ in range(6)]
    own = write(play, Authentication_Results="mx; dmarc=pass")

    assert forged == [Outcome.OPENED] * 4 + [Outcome.HELD] * 2
    assert own is Outcome.OPENED
    play.desk.store.close()


def test_late_replies_open_no_more_tickets_than_any_other_mail(small):
    number = small.open()
    use.close(small.desk, number, Actor.DESK)
    small.clock.move(timedelta(days=20))
    address = small.desk.addresses.address(Token(Purpose.REPLY, Party.CUSTOMER, number))

    ends = [small.receive(address, a_mail(f"Late {n}", message_id=f"<l{n}@x.example>")).outcome for n in range(6)]

    assert ends == [Outcome.OPENED] * 4 + [Outcome.HELD] * 2
    holding.release(small.desk, held_ids(small)[0])
    assert take_up(small) == [Outcome.OPENED]


KEPT = re.compile(rb"(?i)(from|to|subject|date|mime-version|content-[a-z-]+):")


def stripped(raw: bytes, *, of_tags: bool) -> bytes:
    """A mail behind a relay that takes out every mark: what a person reads is left, and a Message-ID of its own."""
    head, _, body = raw.partition(b"\r\n\r\n")
    fields = [field for field in re.split(rb"\r\n(?![ \t])", head) if KEPT.match(field)]
    if of_tags:
        fields = [re.sub(rb"(?is)^subject:.*", b"Subject: Pump leaks", field) for field in fields]
    return b"\r\n".join([*fields, b"Message-ID: <%d@mx.example>" % next(_count), b"", body])


def carry(desks: dict[str, Play], *, of_tags: bool, most: int) -> int:
    """Carries mails between the desks until none is left; how many."""
    passed = 0
    waiting = [letter for play in desks.values() for letter in letters(play)]
    while waiting:
        _, recipient, raw = waiting.pop(0)
        if play := desks.get(recipient.rpartition("@")[2]):
            passed += 1
            assert passed <= most, "they write for ever"
            play.receive(recipient, stripped(raw, of_tags=of_tags), "bounces@mx.example")
            waiting += letters(play)
    return passed


@pytest.mark.parametrize("of_tags", [False, True], ids=["subjects as they are", "subjects without tags"])
def test_two_desks_that_are_each_others_customer_fall_silent_though_relays_take_out_every_mark(tmp_path, of_tags):
    desks = {}
    for name, domain in (("One", "a.example"), ("Two", "b.example")):
        settings = SETTINGS.replace("desk.example", domain)
        settings = settings.replace('name = "Desk"', f'name = "{name}"\naddress = "support@{domain}"')
        (tmp_path / name).mkdir()
        desks[domain] = a_play(tmp_path / name, settings, SMALL)
    desks["a.example"].receive("support@a.example", a_mail("It leaks.", "support@b.example"), "support@b.example")

    days = []
    for _ in range(45):
        days.append(carry(desks, of_tags=of_tags, most=200))
        for play in desks.values():
            play.clock.move(timedelta(days=1))
            while sweep.sweep(play.desk):
                pass
            holding.expire(play.desk)

    assert 1 <= sum(days) <= 200
    assert sum(days[25:]) == 0
    for play in desks.values():
        assert {play.show(number)["status"] for number in tickets_of(play)} == {"closed"}
        play.desk.store.close()


def tickets_of(play: Play) -> list[int]:
    with play.desk.store.read() as connection:
        return [one.number for one in tickets.list_tickets(connection)]


@pytest.mark.parametrize("author", ["desk@desk.example", SUPPORT, "jo@DESK.example"])
def test_an_author_in_our_own_domain_opens_nothing_and_the_admins_are_told_once_a_day(tmp_path, author):
    play = a_play(tmp_path)

    first, second = (play.receive(SUPPORT, a_mail("Help", author, f"<{count}@x.example>"), ANN) for count in (1, 2))

    assert (first.outcome, second.outcome) == (Outcome.REFUSED, Outcome.REFUSED)
    assert "in the desk's own domain" in first.reason
    with play.desk.store.read() as connection:
        assert not tickets.list_tickets(connection)
        owed = [(row.kind, row.to_address) for row in outbox.list_rows(connection)]
    assert owed == [(Kind.NOTICE, "admin@operator.example")]
    play.clock.move(timedelta(days=1))
    play.receive(SUPPORT, a_mail("Help", author, "<3@x.example>"), ANN)
    assert len(kinds_to(play, "admin@operator.example")) == 2
    play.desk.store.close()


def test_a_subject_by_mail_holds_nothing_that_turns_it_around(tmp_path):
    play = a_play(tmp_path)

    play.receive(SUPPORT, a_mail("Help", subject="=?utf-8?q?Pump_=E2=80=AEleaks=1B[2J?="))
    play.receive(SUPPORT, a_mail("Help", message_id="<2@x.example>", subject="=?utf-8?q?=E2=80=AE?="))

    assert [play.show(number)["subject"] for number in (1001, 1002)] == ["Pump leaks[2J", "(no subject)"]
    play.desk.store.close()
