"""What the ticket page shows, to whom, and what it never shows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.ticket import Actor, Event, NewEntry, Party
from mailbot.store import outbox
from mailbot.store.tickets import add_entry
from tests.web.browsing import acted
from tests.web.served import Served, served


def test_the_page_shows_number_subject_type_status_and_details(here: Served) -> None:
    ticket = here.open_ticket(details=(("order", "A-17"),))

    page = here.ask(here.path(ticket)).text

    for shown in ("Ticket #1001", "Pump leaks", "Technical support", "Open", "order", "A-17", "It drips."):
        assert shown in page


def test_it_says_who_owes_the_next_word_and_what_happens_when(here: Served) -> None:
    ticket = here.open_ticket()

    vendor = here.ask(here.path(ticket, Party.VENDOR)).text
    customer = here.ask(here.path(ticket, Party.CUSTOMER)).text

    assert "Ann is waiting for your answer." in vendor
    assert "Without your answer, a reminder goes out on Wednesday 25 November 2026, 09:00 UTC." in vendor
    assert "Acme owes the next word." in customer
    assert "Since Monday 23 November 2026, 09:00 UTC." in customer


def test_dates_are_in_the_readers_zone(tmp_path: Path) -> None:
    with served(tmp_path, {"vendors": {"acme": {"timezone": "Asia/Tokyo"}}}) as here:
        page = here.ask(here.path(here.open_ticket())).text

    assert "Monday 23 November 2026, 18:00 JST" in page


def test_german_readers_read_german(here: Served) -> None:
    ticket = here.open_ticket()

    answer = here.ask(here.path(ticket), headers={"Accept-Language": "fr;q=0.9, de-AT;q=0.8, en;q=0.1"})

    assert 'lang="de"' in answer.text
    assert "Ann wartet auf Ihre Antwort." in answer.text
    assert answer.headers["content-language"] == "de"


@pytest.mark.parametrize("accepted", ["", "xx", "de;q=0", ";;;,,,q=", "*", "de;q=nan", "e" * 5000])
def test_any_other_accept_language_gets_the_desks(here: Served, accepted: str) -> None:
    answer = here.ask(here.path(here.open_ticket()), headers={"Accept-Language": accepted})

    assert answer.headers["content-language"] == "en"


def test_the_conversation_is_newest_first(here: Served) -> None:
    ticket = here.open_ticket("first words")
    here.say(ticket, Party.VENDOR, "second words")

    page = here.ask(here.path(ticket)).text

    assert page.index("second words") < page.index("first words")


def test_what_was_cut_is_one_click_away(here: Served) -> None:
    ticket = here.open_ticket()
    here.say(ticket, Party.VENDOR, "New words.", cuts=(("signature", "--\nBob, Acme"),))

    page = here.ask(here.path(ticket, Party.CUSTOMER)).text

    assert '<details class="cut"><summary>What was cut' in page
    assert "Bob, Acme" in page


def test_no_token_and_no_address_of_the_other_side_is_shown_even_in_quotes(here: Served) -> None:
    ticket = here.open_ticket()
    reply = here.desk.addresses.reply(ticket.number, Party.VENDOR)
    own_page = here.desk.addresses.page(ticket.number, Party.VENDOR)
    quote = f"On Monday, Desk <{reply}> wrote to bob@vendor.example:\n> {own_page}"
    here.say(ticket, Party.VENDOR, f"See {own_page.upper()}", cuts=(("quote", quote),))

    page = here.ask(here.path(ticket, Party.CUSTOMER)).text.lower()
    text = here.ask(here.path(ticket, Party.CUSTOMER) + "/conversation.txt").text.lower()

    for shown in (page, text):
        assert "bob@vendor.example" not in shown
        assert reply.partition("@")[0] not in shown
        assert own_page.rpartition("/")[2] not in shown


def test_a_party_still_reads_the_addresses_in_its_own_quotes(here: Served) -> None:
    ticket = here.open_ticket()
    here.say(ticket, Party.VENDOR, "Words.", cuts=(("signature", "bob@vendor.example"),))

    assert "bob@vendor.example" in here.ask(here.path(ticket, Party.VENDOR)).text


def test_notes_of_the_desk_stay_with_the_desk(here: Served) -> None:
    ticket = here.open_ticket()
    with here.desk.store.write() as connection:
        note = NewEntry(Event.NOTE, here.clock.now(), Actor.DESK, (("text", "an out-of-office mail came"),))
        add_entry(connection, ticket.number, note)

    page = here.ask(here.path(ticket)).text

    assert "out-of-office" not in page
    assert "Note" not in page


def test_each_mails_fate_is_told_to_whoever_wrote(here: Served) -> None:
    ticket = here.open_ticket()
    path = here.path(ticket, Party.CUSTOMER)
    assert "On its way to Acme" in here.ask(path).text

    here.settle(ticket)
    assert "Reached Acme&#39;s mail server" in here.ask(path).text

    here.say(ticket, Party.CUSTOMER, "And now?")
    (mail,) = [mail for mail in here.mails(ticket) if mail.status == "queued" and mail.party is Party.VENDOR]
    with here.desk.store.write() as connection:
        again = here.clock.now() + timedelta(hours=2)
        outbox.defer(connection, mail.id, "451 later", again, here.clock.now())
    assert "Acme&#39;s mail server has not taken it yet; next try on Monday 23 November 2026, 11:00 UTC" in (
        here.ask(path).text
    )

    here.settle(ticket, "failed", Party.VENDOR)
    assert "Acme&#39;s address did not accept this mail" in here.ask(path).text


def test_a_failing_address_is_told_to_both_sides(here: Served) -> None:
    ticket = here.open_ticket()
    with here.desk.store.write() as connection:
        outbox.mark_failing(connection, "bob@vendor.example", "550 5.1.1", here.clock.now())

    assert "Acme&#39;s address does not accept mail" in here.ask(here.path(ticket, Party.CUSTOMER)).text
    assert "Our mails to you come back" in here.ask(here.path(ticket, Party.VENDOR)).text


def test_a_vendor_without_an_address_shows_how_else_to_reach_it(here: Served) -> None:
    ticket = here.open_ticket(vendor="mute")

    page = here.ask(here.path(ticket, Party.CUSTOMER)).text

    assert "+1 555 0100" in page
    assert "Mute &amp; Sons" in page


def test_a_closed_ticket_says_who_closed_it_and_until_when_it_opens_again(here: Served) -> None:
    ticket = here.open_ticket()
    here.close(ticket)

    customer = here.ask(here.path(ticket, Party.CUSTOMER)).text
    vendor = here.ask(here.path(ticket, Party.VENDOR)).text

    assert "Acme closed this ticket." in customer
    assert "An answer until Monday 7 December 2026, 09:00 UTC opens it again." in customer
    assert "You closed this ticket." in vendor


def test_a_ticket_closed_by_silence_says_so(here: Served) -> None:
    ticket = here.open_ticket()

    here.close(ticket, Actor.INACTIVITY)

    assert "This ticket was closed, because no answer came." in here.ask(here.path(ticket)).text


def test_a_pause_is_told(here: Served) -> None:
    ticket = here.open_ticket()

    acted(here, ticket, "pause", until="2026-12-01")

    assert "The clock rests until Wednesday 2 December 2026, 00:00 UTC." in here.ask(here.path(ticket)).text


def test_a_type_without_a_plan_has_no_deadline(here: Served) -> None:
    ticket = here.open_ticket(type="refund")

    page = here.ask(here.path(ticket)).text

    assert "Nothing is closed by the clock" in page
    assert "Keep it open" not in page


def test_a_page_of_two_hundred_comments_stays_under_100_kb_and_the_rest_is_a_link_away(here: Served) -> None:
    ticket = here.open_ticket()
    for number in range(200):
        here.say(ticket, list(Party)[number % 2], f"Comment {number}: " + "words and words " * 20)
        here.settle(ticket)

    first = here.ask(here.path(ticket))
    seen, before = first.text, first.text.partition("?before=")[2].partition("#")[0]
    while before:
        older = here.ask(f"{here.path(ticket)}?before={before}")
        assert len(older.body) < 100_000
        seen += older.text
        before = older.text.partition("?before=")[2].partition("#")[0]

    assert len(first.body) < 100_000
    assert [number for number in range(200) if f"Comment {number}:" not in seen] == []


def test_one_endless_comment_does_not_make_an_endless_page(here: Served) -> None:
    ticket = here.open_ticket("x " * 400_000)

    page = here.ask(here.path(ticket))
    whole = here.ask(here.path(ticket) + "/conversation.txt")

    assert len(page.body) < 100_000
    assert "This is a long text" in page.text
    assert len(whole.body) > 790_000


@pytest.mark.parametrize("query", ["before=-1", "before=x", "before=99999999999", "before=", "done=<b>", "done=error"])
def test_strange_queries_show_the_page(here: Served, query: str) -> None:
    ticket = here.open_ticket()

    answer = here.ask(f"{here.path(ticket)}?{query}")

    assert answer.status == 200
    assert "<b>" not in answer.text


def test_an_admins_words_and_stylesheet_replace_ours_file_by_file(tmp_path: Path) -> None:
    own = tmp_path / "own" / "page"
    (own / "en").mkdir(parents=True)
    (own / "en" / "words.txt").write_text("{% block heading_reply %}Say something{% endblock %}")
    (own / "style.css").write_text("body { color: teal }")

    with served(tmp_path, {"desk": {"templates": str(tmp_path / "own")}}) as here:
        page = here.ask(here.path(here.open_ticket())).text
        style = here.ask("/style.css").text

    assert "Say something" in page
    assert "What else you can do" in page
    assert style == "body { color: teal }"
