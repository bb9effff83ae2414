"""Held mail on the ticket page: shown to its own party alone, decided there once, by the rules of the mail action."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Actor, Grade, Kind, Party, Ticket
from mailbot.core.verdict import Outcome
from mailbot.service import holding
from mailbot.store import held, inbox
from tests.given import BOB, Play, a_mail
from tests.web.browsing import acted, hidden
from tests.web.holding import EVE, decide, holds
from tests.web.served import Served, served

SECRET = "Words that nobody has decided on."
CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR


def page(here: Served, ticket: Ticket, party: Party = VENDOR, query: str = "") -> str:
    return here.ask(here.path(ticket, party) + query).text


def shown(here: Served, ticket: Ticket) -> dict[str, object]:
    return Play(here.desk, here.clock).show(ticket.number)


def test_a_held_mail_is_shown_with_its_sender_reason_words_and_the_names_of_its_files(here):
    ticket = here.open_ticket()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Eve Miller <eve@else.example>", "desk@desk.example", "Re: Pump leaks"
    mail["Message-ID"] = "<e@else.example>"
    mail.set_content(SECRET)
    mail.add_attachment(b"%PDF-1.4 plan", maintype="application", subtype="pdf", filename="plan.pdf")
    Play(here.desk, here.clock).receive(here.desk.addresses.reply(ticket.number, VENDOR), mail.as_bytes(), EVE)

    text = page(here, ticket)

    for words in (EVE, "signed “Eve Miller”", "We do not know this address", SECRET, "plan.pdf", "Yes, publish it"):
        assert words in text
    assert "Without your decision it is discarded on Monday 7 December 2026" in text
    assert "attachment/" not in text


@pytest.mark.parametrize("query", ["", "?held=1", "?before=99", "?done=confirm"])
def test_the_other_party_never_sees_anything_of_it(here, query):
    ticket = here.open_ticket()
    before = page(here, ticket, CUSTOMER, query)
    key = holds(here, ticket, SECRET)

    during = page(here, ticket, CUSTOMER, query)
    decide(here, ticket, "discard", key)
    afterwards = page(here, ticket, CUSTOMER, query)

    sealed = re.compile(r'value="[^"]*"')
    assert sealed.sub("", during) == sealed.sub("", before) == sealed.sub("", afterwards)
    for file in ("conversation.txt", "conversation.mbox", f"held/{key}.txt"):
        assert SECRET not in here.ask(f"{here.path(ticket, CUSTOMER)}/{file}").text
    assert SECRET not in here.ask(f"{here.path(ticket, VENDOR)}/conversation.txt").text


@pytest.mark.parametrize("name", ["confirm", "discard"])
def test_the_other_party_cannot_decide_and_learns_not_even_that_there_is_something(here, name):
    ticket = here.open_ticket()
    key = holds(here, ticket, SECRET)

    one = decide(here, ticket, name, key, CUSTOMER)
    none = decide(here, ticket, name, 4711, CUSTOMER)

    sealed = re.compile(r'value="[^"]*"')
    assert (one.status, sealed.sub("", one.text)) == (none.status, sealed.sub("", none.text))
    assert one.status == 403
    assert [mail["id"] for mail in shown(here, ticket)["held"]] == [key]


def test_a_held_mail_of_another_ticket_is_out_of_reach(here):
    ticket, other = here.open_ticket(), here.open_ticket()
    key = holds(here, other, SECRET)

    assert decide(here, ticket, "confirm", key).status == 403
    assert SECRET not in page(here, ticket, query=f"?held={key}")
    assert len(shown(here, other)["held"]) == 1


def test_publishing_does_what_the_mail_action_does(here):
    by_page, by_mail = here.open_ticket(), here.open_ticket()
    play = Play(here.desk, here.clock)
    decide(here, by_page, "confirm", holds(here, by_page, SECRET))
    key = holds(here, by_mail, SECRET)
    action = here.desk.addresses.address(Token(Purpose.CONFIRM, VENDOR, key))
    assert play.receive(action, a_mail("", BOB, "<b@vendor.example>"), BOB).outcome is Outcome.CONFIRMED

    kept = ("comments", "history", "held", "waiting_on", "last_actor", "next", "status")
    one, two = (
        {
            **{name: shown(here, ticket)[name] for name in kept},
            "mails": [(mail["kind"], mail["to"]) for mail in shown(here, ticket)["mails"]],
        }
        for ticket in (by_page, by_mail)
    )
    for ticket in (one, two):
        ticket["comments"][1] |= {"message_id": None}
        ticket["history"][1]["facts"] |= {"held": None}
    assert one == two
    assert one["comments"][1]["sender_grade"] == "stranger"
    with here.desk.store.read() as connection:
        assert held.confirmed_senders(connection, by_page.number, VENDOR) == frozenset({EVE})


def test_the_page_says_what_became_of_it_and_the_same_form_again_changes_nothing(here):
    ticket = here.open_ticket()
    key = holds(here, ticket, SECRET)

    answers = [decide(here, ticket, "confirm", key) for _ in range(3)]
    changed_mind = decide(here, ticket, "discard", key)

    assert {(answer.status, answer.headers["location"]) for answer in [*answers, changed_mind]} == {
        (303, f"{here.path(ticket)}?held={key}")
    }
    assert f"The mail from {EVE} is published" in page(here, ticket, query=f"?held={key}")
    assert len(shown(here, ticket)["comments"]) == 2
    assert [mail.kind for mail in here.mails(ticket)].count(Kind.REPLY) == 2


def test_a_discarded_mail_is_gone_and_said_so(here):
    ticket = here.open_ticket()
    key = holds(here, ticket, SECRET)

    decide(here, ticket, "discard", key)

    text = page(here, ticket, query=f"?held={key}")
    assert f"The mail from {EVE} is discarded. Ann never saw it." in text
    assert SECRET not in text
    assert len(shown(here, ticket)["comments"]) == 1


def test_an_expired_one_is_said_to_be_and_cannot_be_published(here):
    ticket = here.open_ticket()
    key = holds(here, ticket, SECRET)
    here.clock.move(timedelta(days=15))
    holding.expire(here.desk)

    decide(here, ticket, "confirm", key)

    text = page(here, ticket, query=f"?held={key}")
    assert "had waited too long and was not published" in text
    assert SECRET not in text
    assert len(shown(here, ticket)["comments"]) == 1


def test_a_form_that_is_not_ours_decides_nothing(here):
    ticket = here.open_ticket()
    key = holds(here, ticket, SECRET)
    path = here.path(ticket)
    form = {"Content-Type": "application/x-www-form-urlencoded"}

    unsealed = here.ask(f"{path}/confirm", "POST", form, f"held={key}".encode())
    seal = hidden(page(here, ticket, CUSTOMER))
    others = f"nonce={seal['nonce']}&csrf={seal['csrf']}&held={key}"
    foreign = here.ask(f"{path}/confirm", "POST", form, others.encode())
    got = here.ask(f"{path}/confirm?held={key}")
    no_number = acted(here, ticket, "confirm", held="7;--")

    assert (unsealed.status, foreign.status, got.status, no_number.status) == (403, 403, 303, 403)
    assert [mail["id"] for mail in shown(here, ticket)["held"]] == [key]


def test_a_ticket_closed_too_long_ago_goes_on_as_its_successor_or_takes_nothing(tmp_path):
    for late_reply, status in (("new ticket", 303), ("refuse", 409)):
        with served(tmp_path / late_reply, {"tickets": {"late_reply": late_reply}}) as here:
            ticket = here.open_ticket()
            key = holds(here, ticket, SECRET)
            here.close(ticket, Actor.DESK)
            here.clock.move(timedelta(days=20))

            answer = decide(here, ticket, "confirm", key)

            assert answer.status == status
            waiting = [mail["id"] for mail in shown(here, ticket)["held"]]
            assert waiting == ([] if status == 303 else [key])
            if status == 303:
                assert "done=successor" in answer.headers["location"]


@pytest.mark.parametrize(
    ("author", "dmarc", "words"),
    [
        (EVE, "pass", "We do not know this address"),
        (f"Bob <{BOB}>", "fail", "The sender&#39;s own mail domain says"),
        (f"{BOB}, {EVE}", "pass", "An unreadable sender"),
    ],
)
def test_the_page_says_why(tmp_path, author, dmarc, words):
    with served(tmp_path, {"smtp": {"authserv_id": "mx.desk.example"}}) as here:
        ticket = here.open_ticket()
        holds(here, ticket, "Hi", author=author, Authentication_Results=f"mx.desk.example; dmarc={dmarc}")

        assert words in page(here, ticket)


def test_the_other_partys_address_is_not_shown_even_when_it_is_the_sender(here):
    ticket = here.open_ticket()
    holds(here, ticket, "Hi", author="ann@customer.example")

    text = page(here, ticket)

    assert "ann@customer.example" not in text
    assert re.search(r'class="who" id="held-\d+-who" dir="auto">Ann<', text)


def test_many_and_long_ones_stay_within_a_page_and_none_is_out_of_reach(here):
    ticket = here.open_ticket()
    keys = [holds(here, ticket, f"{count} " + "It drips. " * 2000) for count in range(14)]

    text = page(here, ticket)

    assert len(text.encode()) < 100_000
    assert "14 mails in your name wait" in text
    assert "more wait. They are shown when you have decided on these." in text
    whole = here.ask(f"{here.path(ticket)}/held/{keys[0]}.txt")
    assert (whole.status, whole.headers["content-disposition"].partition(";")[0]) == (200, "attachment")
    assert whole.text.count("It drips.") == 2000
    for key in keys:
        decide(here, ticket, "discard", key)
    assert "Yes, publish it" not in page(here, ticket)


def test_a_shunted_mail_is_an_admins_matter(here):
    ticket = here.open_ticket()
    nothing = held.Words("", "", "", Grade.STRANGER, held.Via.MAIL)
    with here.desk.store.write() as connection:
        digest = here.desk.store.blobs.put(connection, b"x")
        arrived = inbox.Arrived(here.clock.now(), BOB, ("x@desk.example",), "127.0.0.1", "x", "ESMTP", digest)
        (row,) = inbox.add_mail(connection, arrived)
        key = held.hold(connection, ticket.number, VENDOR, row, here.clock.now(), "shunted", nothing)

    assert "waits for your decision" not in page(here, ticket)
    assert {decide(here, ticket, name, key).status for name in ("confirm", "discard")} == {403}
    assert [mail["id"] for mail in shown(here, ticket)["held"]] == [key]


def test_the_confirm_mail_leads_to_the_page(here):
    ticket = here.open_ticket()
    key = holds(here, ticket, SECRET)

    (mail,) = [mail for mail in here.mails(ticket) if mail.kind is Kind.CONFIRM]

    labels = dict(mail.notice["actions"])
    assert labels["confirm_page"] == f"{here.url(ticket)}?held={key}"
    assert SECRET in page(here, ticket, query=f"?held={key}")


def test_a_page_in_german_asks_in_german(here):
    ticket = here.open_ticket()
    holds(here, ticket, SECRET)

    text = here.ask(here.path(ticket), headers={"Accept-Language": "de"}).text

    assert "Eine Mail in Ihrem Namen wartet auf Ihre Entscheidung" in text
    assert "Ja, veröffentlichen" in text
