"""A relay that gives our mails other Message-IDs, as Amazon SES does: what a client makes of a whole life."""

from email.message import EmailMessage

import pytest

from mailbot.core.ticket import Actor, Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.outbound.compose import compose
from mailbot.outbound.mail import OutgoingMail
from mailbot.service import tickets as use
from tests.given import BOB, Play, a_mail, a_play
from tests.outbound.reading_mails import parsed
from tests.outbound.test_threads import conversations

CUSTOMER, VENDOR = Party.CUSTOMER, Party.VENDOR
TOLD = "[smarthost]\nrewrites_message_id = true\n"


def arrived(mails: list[OutgoingMail]) -> list[EmailMessage]:
    """Mails as they arrive behind the relay: each with a Message-ID of the relay's."""
    messages = [parsed(compose(mail, None)) for mail in mails]
    for number, message in enumerate(messages):
        message.replace_header("Message-ID", f"<0100018e.{number:04}@email.relay.example>")
    return messages


def a_life(play: Play, party: Party) -> list[EmailMessage]:
    """What a party has got when a ticket that it did not open by mail was talked about, closed and opened again."""
    number = play.open()
    for text in ("Any news?", "It drips more.", "Hello?"):
        play.deliver()
        play.say(number, CUSTOMER, text)
    play.deliver()
    use.close(play.desk, number, Actor.CUSTOMER)
    play.deliver()
    for count in range(12):
        play.say(number, VENDOR, f"Step {count}.")
        play.deliver()
    return arrived([mail for mail in play.sent if mail.to_party is party])


@pytest.mark.parametrize("party", list(Party))
@pytest.mark.parametrize(("told", "count"), [(TOLD, 1), ("", 2)])
def test_a_life_is_one_conversation_from_its_first_mail_on_where_the_desk_knows_of_the_rewriting(
    tmp_path, party, told, count
):
    play = a_play(tmp_path, changes=told)

    mails = a_life(play, party)
    play.desk.store.close()

    assert len(mails) > 10
    assert len(conversations(mails)) == count  # without: the first mail, and the others
    assert len(conversations(list(reversed(mails)))) == count
    assert [mail["In-Reply-To"] is None for mail in mails] == [True] + [False] * (len(mails) - 1)


def test_the_root_is_each_partys_own_and_no_mails_message_id(tmp_path):
    play = a_play(tmp_path, changes=TOLD)

    a_life(play, CUSTOMER)
    play.desk.store.close()

    roots = {party: {mail.references[0] for mail in play.sent if mail.to_party is party} for party in Party}
    assert [len(found) for found in roots.values()] == [1, 1]
    assert roots[CUSTOMER] != roots[VENDOR]
    assert not {mail.message_id for mail in play.sent} & (roots[CUSTOMER] | roots[VENDOR])


def test_the_mail_that_opened_a_ticket_is_in_the_conversation_of_our_answers(tmp_path):
    play = a_play(tmp_path, changes=TOLD)
    his = parsed(a_mail("It leaks.", message_id="<his.own@customer.example>"))

    number = play.receive("support@desk.example", a_mail("It leaks.", message_id="<his.own@customer.example>")).ticket
    play.deliver()
    play.say(number, VENDOR, "Which one?")
    play.deliver()
    play.desk.store.close()

    assert len(conversations([his, *arrived([mail for mail in play.sent if mail.to_party is CUSTOMER])])) == 1


def test_an_answer_to_the_first_mail_finds_its_ticket_by_the_root_though_it_went_to_another_address(tmp_path):
    play = a_play(tmp_path, changes=TOLD)
    number = play.open()
    opened = next(mail for mail in play.deliver() if (mail.kind, mail.to_party) == (Kind.OPENED, VENDOR))
    rewritten = "<0100018e.0001@email.relay.example>"

    answer = a_mail(
        "Which one?",
        BOB,
        "<b1@vendor.example>",
        "Re: yours",
        In_Reply_To=rewritten,
        References=f"{opened.references[0]} {rewritten}",
    )
    verdict = play.receive("support@desk.example", answer, BOB)
    play.desk.store.close()

    assert (verdict.outcome, verdict.ticket) == (Outcome.HELD, number)  # no DMARC result vouches for him
