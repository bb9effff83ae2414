"""Mail actions and commands: who may act, what happens when he does it twice, and what is said about it."""

from datetime import timedelta

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Actor, Event, Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.outbound.compose import compose
from mailbot.outbound.letter import mailto
from mailbot.service import tickets as use
from mailbot.store import outbox
from tests.given import ANN, BOB, a_mail

CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR
EVE = "eve@else.example"


def action(play, purpose: Purpose, number: int, party: Party = VENDOR) -> str:
    return play.desk.addresses.address(Token(purpose, party, number))


def from_bob(text: str, count: int) -> bytes:
    return a_mail(text, BOB, f"<b{count}@vendor.example>")


def texts(ticket) -> list[str]:
    return [comment["text"] for comment in ticket["comments"]]


def events(ticket) -> list[str]:
    return [entry["event"] for entry in ticket["history"]]


def hold_one(play, number: int, text: str = "From his office", count: int = 1) -> int:
    mail = a_mail(text, EVE, f"<e{count}@else.example>")
    play.receive(play.reply_address(number, VENDOR), mail, EVE)
    return play.show(number)["held"][-1]["id"]


@pytest.mark.parametrize("command", ["#close", "/close", "#CLOSE", "/Close", " #close "])
def test_a_first_line_that_says_close_closes_and_is_no_part_of_the_comment(play, command):
    number = play.open()
    play.deliver()

    verdict = play.receive(play.reply_address(number, VENDOR), from_bob(f"{command}\n\nSolved.", 1), BOB)

    ticket = play.show(number)
    assert (verdict.outcome, ticket["status"], texts(ticket)[1:]) == (Outcome.CLOSED, "closed", ["Solved."])
    assert [(mail.kind, mail.newest[0].text) for mail in play.deliver()] == [(Kind.CLOSED, "Solved.")] * 2


@pytest.mark.parametrize("text", ["#closed", "close", "# close", "Please #close", "Fine.\n#close", "#close now"])
def test_anything_else_in_the_first_line_is_a_comment(play, text):
    number = play.open()

    verdict = play.receive(play.reply_address(number, VENDOR), from_bob(text, 1), BOB)

    assert (verdict.outcome, texts(play.show(number))[1:]) == (Outcome.COMMENTED, [text])


def test_the_command_of_anybody_but_the_addressee_closes_nothing(play):
    number = play.open()
    address = play.reply_address(number, VENDOR)

    colleague = play.receive(address, a_mail("#close", "carla@vendor.example", "<c@vendor.example>"), BOB)
    stranger = play.receive(address, a_mail("#close", EVE, "<e@else.example>"), EVE)
    held = play.show(number)["held"][0]["id"]
    play.receive(action(play, Purpose.CONFIRM, held), from_bob("", 1), BOB)

    ticket = play.show(number)
    assert (colleague.outcome, stranger.outcome) == (Outcome.COMMENTED, Outcome.HELD)
    assert (ticket["status"], texts(ticket)[1:]) == ("open", ["#close", "#close"])


@pytest.mark.parametrize("purpose", [Purpose.CLOSE, Purpose.KEEP])
@pytest.mark.parametrize("again", ["the same mail", "another mail"])
def test_an_action_done_twice_is_done_once(play, purpose, again):
    number = play.open()
    address = action(play, purpose, number)
    play.receive(address, from_bob("Thanks.", 1), BOB)
    once = play.show(number)

    play.receive(address, from_bob("Thanks.", 1) if again == "the same mail" else from_bob("", 2), BOB)

    twice = play.show(number)
    assert texts(twice) == texts(once) == ["It leaks.", "Thanks."]
    assert twice["status"] == once["status"]
    is_kept_again = (purpose, again) == (Purpose.KEEP, "another mail")  # a later wish, with a later clock
    assert len(twice["mails"]) == len(once["mails"]) + 2 * is_kept_again
    assert events(twice) == events(once) + ["kept_open"] * is_kept_again


@pytest.mark.parametrize("purpose", [Purpose.CONFIRM, Purpose.DISCARD])
@pytest.mark.parametrize("again", ["the same mail", "another mail"])
def test_a_held_mail_is_decided_once(play, purpose, again):
    number = play.open()
    held = hold_one(play, number)
    first = play.receive(action(play, purpose, held), from_bob("", 1), BOB)
    once = play.show(number)

    second = play.receive(action(play, purpose, held), from_bob("", 1 if again == "the same mail" else 2), BOB)
    other = Purpose.DISCARD if purpose is Purpose.CONFIRM else Purpose.CONFIRM
    changed_mind = play.receive(action(play, other, held), from_bob("", 3), BOB)

    assert (first.outcome, second.outcome, changed_mind.outcome) == (
        Outcome.CONFIRMED,
        Outcome.IGNORED,
        Outcome.IGNORED,
    )
    assert play.show(number) == once
    assert texts(once)[1:] == (["From his office"] if purpose is Purpose.CONFIRM else [])


def test_what_is_typed_along_with_a_yes_becomes_a_comment_of_its_own_once(play):
    number = play.open()
    held = hold_one(play, number)
    yes = from_bob("She is my assistant.", 1)

    play.receive(action(play, Purpose.CONFIRM, held), yes, BOB)
    play.receive(action(play, Purpose.CONFIRM, held), yes, BOB)

    assert texts(play.show(number))[1:] == ["From his office", "She is my assistant."]


def test_a_yes_to_a_ticket_closed_long_ago_opens_the_next_one(play):
    number = play.open()
    held = hold_one(play, number)
    use.close(play.desk, number, Actor.DESK)
    play.clock.move(timedelta(days=15))

    verdict = play.receive(action(play, Purpose.CONFIRM, held), from_bob("", 1), BOB)

    assert verdict.outcome is Outcome.OPENED
    assert (play.show(verdict.ticket)["successor_of"], texts(play.show(verdict.ticket))) == (
        number,
        ["From his office"],
    )
    assert play.show(number)["held"] == []


def test_words_with_a_close_for_a_closed_ticket_are_posted_and_it_stays_closed(play):
    number = play.open()
    use.close(play.desk, number, Actor.DESK)
    play.deliver()

    verdict = play.receive(action(play, Purpose.CLOSE, number), from_bob("One more thing.", 1), BOB)

    ticket = play.show(number)
    assert (verdict.outcome, ticket["status"], texts(ticket)[1:]) == (Outcome.CLOSED, "closed", ["One more thing."])
    assert [(mail.kind, mail.newest[0].text) for mail in play.deliver()] == [(Kind.CLOSED, "One more thing.")] * 2


@pytest.mark.parametrize(
    ("purpose", "kind", "event"),
    [(Purpose.KEEP, Kind.REPLY, Event.KEPT_OPEN), (Purpose.CLOSE, Kind.CLOSED, Event.CLOSED)],
)
def test_an_action_mails_both_what_was_done(play, purpose, kind, event):
    number = play.open()
    play.deliver()

    play.receive(action(play, purpose, number), from_bob("", 1), BOB)
    mails = play.deliver()

    assert [(mail.kind, mail.to_address, mail.entry.event) for mail in mails] == [
        (kind, ANN, event),
        (kind, BOB, event),
    ]
    assert {mail.writer for mail in mails} == {"Acme"}


def test_a_robot_that_keeps_a_ticket_open_meets_the_cap(play):
    number = play.open()
    play.deliver()
    for count in range(30):
        play.receive(action(play, Purpose.KEEP, number), from_bob("", count), BOB)

    assert [mail.to_party for mail in play.deliver()].count(VENDOR) == 10


@pytest.mark.parametrize(
    "act", [use.keep_open, lambda desk, *of: use.pause(desk, *of, desk.clock.now() + timedelta(hours=1))]
)
def test_the_desk_moves_a_clock_without_a_mail(play, act):
    number = play.open()
    play.deliver()

    act(play.desk, number, Actor.DESK)

    assert play.deliver() == []


def test_whoever_keeps_a_closed_ticket_open_is_told_how_to_open_it_again_once_a_day(play):
    number = play.open()
    use.close(play.desk, number, Actor.INACTIVITY)

    for count in range(3):
        play.receive(action(play, Purpose.KEEP, number), from_bob("", count), BOB)

    with play.desk.store.read() as connection:
        told = [row for row in outbox.list_rows(connection) if row.kind is Kind.REFUSED]
    assert [(row.to_address, row.notice["reply_to"]) for row in told] == [(BOB, play.reply_address(number, VENDOR))]
    assert play.show(number)["status"] == "closed"


def test_a_robot_that_closes_and_reopens_without_end_meets_the_cap(play):
    number = play.open()
    play.deliver()

    for count in range(30):
        play.clock.move(timedelta(seconds=10))
        play.receive(play.reply_address(number, VENDOR), from_bob(f"#close\nAway {count}", count), BOB)
        play.deliver()

    assert len(texts(play.show(number))) == 31
    assert len([mail for mail in play.sent if mail.to_party is CUSTOMER]) == 1 + 10
    assert events(play.show(number)).count("note") == 1
    play.clock.move(timedelta(hours=1))
    digest = play.deliver()
    assert [(mail.kind, len(mail.newest)) for mail in digest] == [(Kind.CLOSED, 20)] * 2


def test_a_mail_action_is_a_link_without_words_of_ours():
    link = mailto("Close the ticket", "close+token@desk.example", "Close ticket #1")["url"]

    assert link == "mailto:close+token@desk.example?subject=Close%20ticket%20%231"


def test_mails_about_the_clock_say_who_moved_it_and_what_comes_next(play):
    number = play.open()
    play.deliver()
    use.keep_open(play.desk, number, Actor.VENDOR)
    use.pause(play.desk, number, Actor.VENDOR, play.clock.now() + timedelta(days=5))

    words = [" ".join(compose(mail, None).decode().replace("=\r\n", "").split()) for mail in play.deliver()]

    kept, you_keep, rests, yours_rests = words
    assert "Acme keeps ticket #1001 open. Without an answer from Acme, a reminder goes out on Wednesday 25" in kept
    assert "You keep ticket #1001 open, and Ann has been told. Without your answer, a reminder" in you_keep
    assert "Acme needs more time: the clock of ticket #1001 rests until Saturday 28 November 2026, 09:00 UTC." in rests
    assert "rests until Saturday 28 November 2026, 09:00 UTC, as you wished, and Ann has been told." in yours_rests
