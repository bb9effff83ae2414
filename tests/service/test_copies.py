"""One mail that comes twice, or to two addresses of ours: its words are said once, by the copy that may."""

from datetime import timedelta
from itertools import permutations

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.service import holding, receive
from mailbot.service.handover import Envelope
from mailbot.service.intake import store_mails
from mailbot.service.reading_reply import read_reply
from mailbot.store import tickets
from tests.given import ANN, BOB, BY_SMTP, a_mail, a_play

AUTHENTICATED = '[smtp]\nauthserv_id = "mx.desk.example"\n'
INTAKE = "support@desk.example"


@pytest.fixture(params=["", AUTHENTICATED], ids=["no authserv_id", "authserv_id"])
def play(tmp_path, request):
    played = a_play(tmp_path, changes=request.param)
    yield played
    played.desk.store.close()


def hand_over(play, *recipients, raw, return_path=ANN):
    """One envelope to several of our recipients; their verdicts in order."""
    store_mails(play.desk, [Envelope(BY_SMTP, return_path, recipients, raw)])
    verdicts = []
    while rows := receive.claim(play.desk, frozenset(), 1):
        for row in rows:
            own, last = receive.own_history(play.desk, row), receive.last_mail(play.desk, row)
            reading = read_reply(receive.raw_mail(play.desk, row), receive.reading_limits(play.desk), own, last, None)
            verdicts.append(receive.settle(play.desk, row, reading))
    return verdicts


def reply(**fields):
    """What a customer's "reply to all" looks like; every way in which it names its ticket can be left out."""
    return a_mail("It still leaks.", message_id="<2@customer.example>", **fields)


def references(play, number):
    (ours,) = (mail for mail in play.show(number)["mails"] if mail["to"] == "customer" and mail["kind"] == "opened")
    return ours["message_id"]


def naming(play, number, by):
    """The fields by which a mail names its ticket."""
    match by:
        case "In-Reply-To":
            return {"In_Reply_To": references(play, number)}
        case "the subject tag":
            return {"subject": f"Re: [Desk #{number}] Pump leaks"}
        case "To":
            return {"To": f"Desk <{play.reply_address(number, Party.CUSTOMER)}>", "Cc": INTAKE}
    return {}


NAMED_BY = ["In-Reply-To", "the subject tag", "To"]


def said(play, number):
    return [comment["text"] for comment in play.show(number)["comments"][1:]]


@pytest.mark.parametrize("named_by", [*NAMED_BY, "nothing"])
@pytest.mark.parametrize("is_token_first", [True, False])
def test_a_reply_that_also_goes_to_the_intake_address_is_one_comment(play, named_by, is_token_first):
    number = play.open()
    play.deliver()
    both = [play.reply_address(number, Party.CUSTOMER), INTAKE]

    verdicts = hand_over(
        play,
        *(both if is_token_first else both[::-1]),
        raw=reply(**naming(play, number, named_by)),
    )

    assert sorted(verdict.outcome for verdict in verdicts) == [Outcome.COMMENTED, Outcome.IGNORED]
    assert said(play, number) == ["It still leaks."]
    assert play.show(number)["held"] == []
    assert sorted(mail.kind for mail in play.deliver()) == [Kind.REPLY, Kind.REPLY]
    with pytest.raises(Exception, match=str(number + 1)):
        play.show(number + 1)


@pytest.mark.parametrize("named_by", NAMED_BY)
@pytest.mark.parametrize("is_token_first", [True, False])
def test_so_it_is_when_the_relay_hands_it_over_once_for_each_recipient(play, named_by, is_token_first):
    number = play.open()
    play.deliver()
    raw = reply(**naming(play, number, named_by))
    both = [play.reply_address(number, Party.CUSTOMER), INTAKE]

    for recipient in both if is_token_first else both[::-1]:
        play.receive(recipient, raw)

    assert said(play, number) == ["It still leaks."]
    assert play.show(number)["held"] == []
    assert [mail["kind"] for mail in play.show(number)["mails"] if mail["status"] != "withdrawn"].count("reply") == 2


def test_nobody_is_asked_about_words_that_come_to_the_tickets_address_as_well(play):
    number = play.open()
    play.deliver()
    raw = reply(**naming(play, number, "To"))

    assert play.receive(INTAKE, raw).outcome is Outcome.HELD
    assert play.deliver() == []
    assert play.receive(play.reply_address(number, Party.CUSTOMER), raw).outcome is Outcome.COMMENTED
    play.clock.move(timedelta(minutes=5))

    assert [mail.kind for mail in play.deliver()] == [Kind.REPLY, Kind.REPLY]
    assert [mail["status"] for mail in play.show(number)["mails"] if mail["kind"] == "confirm"] == ["withdrawn"]


def test_they_are_asked_when_no_such_copy_comes_and_other_mails_go_on_meanwhile(play):
    number = play.open()
    play.deliver()
    play.receive(INTAKE, reply(**naming(play, number, "To")))
    play.say(number, Party.VENDOR, "We look into it.")

    assert [mail.kind for mail in play.deliver()] == [Kind.REPLY, Kind.REPLY]
    play.clock.move(timedelta(minutes=5))
    play.deliver()
    assert [mail["status"] for mail in play.show(number)["mails"] if mail["kind"] == "confirm"] == ["sent"]


def test_a_mail_of_no_ticket_goes_by_its_recipient_whatever_to_says(play):
    play.open()
    forged = f"reply+{'a' * 26}@desk.example"

    assert play.receive(INTAKE, a_mail("New.", To=f"{forged}, {INTAKE}")).outcome is Outcome.OPENED


def test_a_revoked_address_in_to_names_no_ticket(play):
    number = play.open()
    address = play.reply_address(number, Party.CUSTOMER)
    with play.desk.store.write() as connection:
        tickets.revoke(connection, number, Party.CUSTOMER)

    assert play.receive(INTAKE, a_mail("New.", To=address)).outcome is Outcome.OPENED


def test_words_that_failed_and_come_again_authenticated_are_posted(tmp_path):
    play = a_play(tmp_path, changes=AUTHENTICATED)
    number = play.open()
    address = play.reply_address(number, Party.CUSTOMER)

    def come(dmarc):
        results = f"mx.desk.example; dmarc={dmarc}"
        return play.receive(address, reply(Authentication_Results=results)).outcome

    assert [come("fail"), come("fail"), come("pass"), come("pass"), come("fail")] == [
        Outcome.HELD,
        Outcome.IGNORED,
        Outcome.COMMENTED,
        Outcome.IGNORED,
        Outcome.IGNORED,
    ]
    assert said(play, number) == ["It still leaks."]
    assert play.show(number)["held"] == []
    play.desk.store.close()


def test_a_copy_of_published_words_is_a_duplicate(tmp_path):
    play = a_play(tmp_path, changes=AUTHENTICATED)
    number = play.open()
    play.receive(INTAKE, reply(**naming(play, number, "the subject tag")))
    (waiting,) = play.show(number)["held"]
    holding.release(play.desk, waiting["id"])

    assert play.receive(play.reply_address(number, Party.CUSTOMER), reply()).outcome is Outcome.IGNORED
    assert said(play, number) == ["It still leaks."]
    play.desk.store.close()


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_mail_that_closes_and_replies_closes_with_one_comment(play, order):
    number = play.open()
    play.deliver()
    close = play.desk.addresses.address(Token(Purpose.CLOSE, Party.CUSTOMER, number))
    all_three = [play.reply_address(number, Party.CUSTOMER), close, INTAKE]

    hand_over(play, *(all_three[place] for place in order), raw=reply())

    assert said(play, number) == ["It still leaks."]
    assert play.show(number)["status"] == "closed"


def test_a_vendors_reply_to_all_makes_him_nobodys_customer(play):
    number = play.open()
    raw = a_mail("Send a photo.", f"Bob <{BOB}>", "<3@vendor.example>")

    hand_over(play, INTAKE, play.reply_address(number, Party.VENDOR), raw=raw, return_path=BOB)

    assert said(play, number) == ["Send a photo."]
    with pytest.raises(Exception, match=str(number + 1)):
        play.show(number + 1)


def test_a_question_about_a_decided_mail_is_not_sent(play):
    number = play.open()
    play.deliver()
    play.receive(play.reply_address(number, Party.CUSTOMER), a_mail("Hi", "Eve <eve@else.example>"), "eve@else.example")
    (waiting,) = play.show(number)["held"]
    holding.reject(play.desk, waiting["id"])

    assert play.deliver() == []
    assert [mail["status"] for mail in play.show(number)["mails"] if mail["kind"] == "confirm"] == ["withdrawn"]
