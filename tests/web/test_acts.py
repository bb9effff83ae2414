"""What a party does on the page: answers with files, closes, reopens, keeps, pauses, changes the type."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.ticket import Actor, Event, Grade, Kind, Open, Party, Ticket, Via
from mailbot.store.tickets import get_ticket
from tests.web.browsing import acted, hidden, replied
from tests.web.served import Served, served


def events(here: Served, ticket: Ticket) -> list[tuple[Event, Actor]]:
    return [(entry.event, entry.actor) for entry in here.history(ticket)]


def current(here: Served, ticket: Ticket) -> Ticket:
    with here.desk.store.read() as connection:
        return get_ticket(connection, ticket.number)


def test_an_answer_is_a_comment_with_mails_to_both(here: Served) -> None:
    ticket = here.open_ticket()
    here.settle(ticket)

    answer = replied(here, ticket, "Tighten it.\r\n\r\nBob")

    comment = here.history(ticket)[-1]
    assert answer.status == 303
    assert answer.headers["location"] == f"{here.path(ticket)}?done=reply"
    assert comment.words is not None
    assert (comment.event, comment.actor) == (Event.COMMENT, Actor.VENDOR)
    assert (comment.words.text, comment.words.via, comment.words.grade) == ("Tighten it.\n\nBob", Via.PAGE, Grade.LINK)
    assert {mail.party for mail in here.mails(ticket) if mail.status == "queued"} == set(Party)
    assert here.wakes


def test_the_page_then_says_what_was_done(here: Served) -> None:
    ticket = here.open_ticket()

    page = here.ask(replied(here, ticket, "Tighten it.").headers["location"]).text

    assert "Your answer is on the ticket and on its way to Ann." in page


def test_files_of_an_answer_can_be_downloaded_by_both(here: Served) -> None:
    ticket = here.open_ticket()
    large = bytes(range(256)) * 400

    replied(
        here, ticket, "See these.", [("plan.pdf", b"%PDF-1.4 x"), ("größe.bin", large), ("../../etc/passwd", b"no")]
    )

    words = here.history(ticket)[-1].words
    assert words is not None
    assert [file.name for file in words.attachments] == ["plan.pdf", "größe.bin", "passwd"]
    assert words.attachments[0].media_type == "application/pdf"
    for party in Party:
        assert here.ask(f"{here.path(ticket, party)}/attachment/2/2").body == large


def test_files_alone_are_an_answer(here: Served) -> None:
    ticket = here.open_ticket()

    answer = replied(here, ticket, "", [("plan.pdf", b"%PDF-1.4 x")])

    assert answer.status == 303
    assert "Only files, no text." in here.ask(here.path(ticket)).text


@pytest.mark.parametrize("text", ["", "  \r\n \t\r\n", "\x00\x01"])
def test_an_empty_answer_is_no_comment(here: Served, text: str) -> None:
    ticket = here.open_ticket()

    answer = replied(here, ticket, text)

    assert answer.status == 422
    assert 'role="alert"' in answer.text
    assert len(here.history(ticket)) == 1
    assert not here.wakes


def test_the_same_form_sent_thrice_is_one_comment(here: Served) -> None:
    ticket = here.open_ticket()
    seal = hidden(here.ask(here.path(ticket)).text)

    with ThreadPoolExecutor(3) as threads:
        answers = list(threads.map(lambda _: replied(here, ticket, "Once.", [("a", b"b")], seal=seal), range(3)))

    assert [answer.status for answer in answers] == [303, 303, 303]
    assert [event for event, _ in events(here, ticket)] == [Event.OPENED, Event.COMMENT]


def test_another_text_from_a_page_that_the_back_button_showed_is_not_lost(here: Served) -> None:
    ticket = here.open_ticket()
    seal = hidden(here.ask(here.path(ticket)).text)

    replied(here, ticket, "First.", seal=seal)
    replied(here, ticket, "Second.", seal=seal)

    assert [event for event, _ in events(here, ticket)] == [Event.OPENED, Event.COMMENT, Event.COMMENT]


def test_a_form_without_files_may_come_url_encoded(here: Served) -> None:
    ticket = here.open_ticket()

    answer = acted(here, ticket, "reply", text="Plainly & simply.")

    words = here.history(ticket)[-1].words
    assert answer.status == 303
    assert words is not None
    assert words.text == "Plainly & simply."


def test_our_own_tokens_are_taken_out_of_what_was_typed(here: Served) -> None:
    ticket = here.open_ticket()
    token = here.path(ticket).rpartition("/")[2]

    replied(here, ticket, f"my link is http://elsewhere.example/t/{token}.")

    words = here.history(ticket)[-1].words
    assert words is not None
    assert words.text == "my link is http://elsewhere.example/t/…."


def test_close_and_reopen(here: Served) -> None:
    ticket = here.open_ticket()

    closed = acted(here, ticket, "close", Party.CUSTOMER)
    reopened = acted(here, ticket, "reopen", Party.VENDOR)

    assert closed.headers["location"].endswith("?done=close")
    assert reopened.headers["location"].endswith("?done=reopen")
    assert events(here, ticket)[1:] == [(Event.CLOSED, Actor.CUSTOMER), (Event.REOPENED, Actor.VENDOR)]
    assert len(here.mails(ticket)) == 6


def test_closing_twice_closes_once(here: Served) -> None:
    ticket = here.open_ticket()
    seal_page = here.ask(here.path(ticket)).text

    for _ in range(2):
        fields = hidden(seal_page)
        body = f"nonce={fields['nonce']}&csrf={fields['csrf']}".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert here.ask(f"{here.path(ticket)}/close", "POST", headers, body).status == 303

    assert [event for event, _ in events(here, ticket)] == [Event.OPENED, Event.CLOSED]


def test_an_answer_to_a_closed_ticket_opens_it_again(here: Served) -> None:
    ticket = here.open_ticket()
    here.close(ticket)
    assert "Your answer opens the ticket again" in here.ask(here.path(ticket, Party.CUSTOMER)).text

    replied(here, ticket, "It drips again.", party=Party.CUSTOMER)

    assert current(here, ticket).is_open


def test_keeping_it_open_restarts_the_clock_and_mails_both(here: Served) -> None:
    ticket = here.open_ticket()
    here.clock.move(timedelta(hours=40))

    acted(here, ticket, "keep")

    page = here.ask(here.path(ticket)).text
    assert "a reminder goes out on Friday 27 November 2026, 01:00 UTC" in page
    assert [mail.kind for mail in here.mails(ticket)][2:] == [Kind.REPLY, Kind.REPLY]


def test_more_time_holds_the_clock_until_the_end_of_a_day_in_the_readers_zone(tmp_path: Path) -> None:
    with served(tmp_path, {"vendors": {"acme": {"timezone": "America/New_York"}}}) as here:
        ticket = here.open_ticket()

        acted(here, ticket, "pause", until="2026-11-27")

        state = current(here, ticket).state
        assert isinstance(state, Open)
        assert state.paused_until is not None
        assert state.paused_until.isoformat() == "2026-11-28T05:00:00+00:00"


@pytest.mark.parametrize(
    "until", ["2026-11-22", "2026-11-23", "2027-02-22", "", "tomorrow", "9999-12-31", "2026-02-30"]
)
def test_a_day_that_cannot_be_chosen_changes_nothing_and_says_which_can(here: Served, until: str) -> None:
    ticket = here.open_ticket()

    answer = acted(here, ticket, "pause", until=until)

    assert answer.status == 422
    assert "between Tuesday, November 24, 2026 and Sunday, February 21, 2027" in answer.text
    assert len(here.history(ticket)) == 1


def test_the_vendor_changes_the_type_and_the_customer_may_not(here: Served) -> None:
    ticket = here.open_ticket()
    assert "Change the type" not in here.ask(here.path(ticket, Party.CUSTOMER)).text

    refused = acted(here, ticket, "type", Party.CUSTOMER, type="refund")
    changed = acted(here, ticket, "type", Party.VENDOR, type="refund")

    assert (refused.status, changed.status) == (403, 303)
    assert current(here, ticket).type == "refund"


def test_an_unknown_type_changes_nothing(here: Served) -> None:
    ticket = here.open_ticket()

    answer = acted(here, ticket, "type", type="<script>")

    assert answer.status == 403
    assert len(here.history(ticket)) == 1


def test_an_answer_that_comes_too_late_starts_a_new_ticket_and_leads_there(here: Served) -> None:
    ticket = here.open_ticket()
    here.close(ticket)
    here.clock.move(timedelta(days=15))
    page = here.ask(here.path(ticket, Party.CUSTOMER)).text
    assert "Your answer starts a new one" in page
    assert 'action="' + here.path(ticket, Party.CUSTOMER) + '/reopen"' not in page

    answer = replied(here, ticket, "It drips again.", party=Party.CUSTOMER)

    successor = here.ask(answer.headers["location"]).text
    assert "Ticket #1002" in successor
    assert "Your answer started this new ticket" in successor
    assert "ticket #1001" in successor


def test_where_late_answers_are_refused_there_is_no_form(tmp_path: Path) -> None:
    with served(tmp_path, {"tickets": {"late_reply": "refuse"}}) as here:
        ticket = here.open_ticket()
        seal = hidden(here.ask(here.path(ticket)).text)
        here.close(ticket)
        here.clock.move(timedelta(days=15))

        page = here.ask(here.path(ticket)).text
        answer = replied(here, ticket, "Too late?", seal=seal)

        assert "<textarea" not in page
        assert answer.status == 409
        assert len(here.history(ticket)) == 2


def test_reopening_too_late_is_refused(here: Served) -> None:
    ticket = here.open_ticket()
    here.close(ticket)
    page = here.ask(here.path(ticket)).text
    here.clock.move(timedelta(days=15))

    body = "&".join(f"{name}={value}" for name, value in hidden(page).items()).encode()
    answer = here.ask(
        f"{here.path(ticket)}/reopen", "POST", {"Content-Type": "application/x-www-form-urlencoded"}, body
    )

    assert answer.status == 409
    assert not current(here, ticket).is_open


def test_more_than_fits_is_refused_and_the_draft_survives(tmp_path: Path) -> None:
    with served(tmp_path, {"smtp": {"max_message_bytes": "100 kB"}}) as here:
        ticket = here.open_ticket()

        answer = replied(here, ticket, "My long words.", [("big.bin", b"x" * 150_000)])

        assert answer.status == 413
        assert "My long words.</textarea>" in answer.text
        assert "that is more than 100 kB in all" in answer.text
        assert len(here.history(ticket)) == 1


@pytest.mark.parametrize("is_multipart", [True, False])
def test_a_text_beyond_all_bounds_is_called_too_long(here: Served, is_multipart: bool) -> None:
    ticket = here.open_ticket()
    text = "x" * 3_000_000

    if is_multipart:
        answer = replied(here, ticket, text)
    else:
        fields = hidden(here.ask(here.path(ticket)).text) | {"text": text}
        body = "&".join(f"{name}={value}" for name, value in fields.items()).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = here.ask(f"{here.path(ticket)}/reply", "POST", kind, body)

    assert answer.status == 413
    assert "the text is too long" in answer.text
    assert len(here.history(ticket)) == 1


def test_too_many_files_are_refused_and_the_draft_survives(here: Served) -> None:
    ticket = here.open_ticket()

    answer = replied(here, ticket, "My words.", [(f"{number}.txt", b"x") for number in range(21)])

    assert answer.status == 422
    assert "My words.</textarea>" in answer.text
    assert len(here.history(ticket)) == 1


def test_a_store_that_is_away_loses_no_draft(here: Served) -> None:
    ticket = here.open_ticket()
    seal = hidden(here.ask(here.path(ticket)).text)
    (here.desk.config.desk.data_dir / "blobs").write_text("in the way of the folder for large files")

    answer = replied(here, ticket, "My words.", [("a.bin", b"x" * 100_000)], seal=seal)

    assert answer.status == 503
    assert "My words.</textarea>" in answer.text
    assert "Your text is still here" in answer.text
