"""Grade by treatment by action, in the one function that every mail passes."""

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import Standing, grade
from mailbot.core.ticket import Grade, Party
from mailbot.core.verdict import Outcome
from tests.given import BOB, SETTINGS, a_mail, a_play

AUTHENTICATED = '[smtp]\nauthserv_id = "mx.desk.example"\n'

AUTHORS = {
    Grade.ADDRESSEE: (f"Bob <{BOB}>", "pass"),
    Grade.COLLEAGUE: ("Carla <carla@vendor.example>", "pass"),
    Grade.STRANGER: ("Eve <eve@else.example>", "pass"),
    Grade.FAILED: (f"Bob <{BOB}>", "fail"),
}
ENDS = {"post": Outcome.COMMENTED, "hold": Outcome.HELD, "refuse": Outcome.REFUSED}


@pytest.mark.parametrize("treatment", ENDS)
@pytest.mark.parametrize("sender", AUTHORS)
def test_the_words_of_a_grade_are_treated_as_configured(tmp_path, sender, treatment):
    play = a_play(tmp_path, changes=f'{AUTHENTICATED}[senders]\n{sender} = "{treatment}"\n')
    number = play.open()
    author, dmarc = AUTHORS[sender]

    verdict = play.receive(
        play.reply_address(number, Party.VENDOR),
        a_mail("Which one?", author, "<1@x.example>", Authentication_Results=f"mx.desk.example; dmarc={dmarc}"),
        "someone@else.example",
    )

    ticket = play.show(number)
    assert verdict.outcome is ENDS[treatment]
    assert [comment["sender_grade"] for comment in ticket["comments"][1:]] == ([sender] if treatment == "post" else [])
    assert len(ticket["held"]) == (treatment == "hold")
    play.desk.store.close()


@pytest.mark.parametrize("sender", AUTHORS)
@pytest.mark.parametrize("purpose", [Purpose.CLOSE, Purpose.KEEP])
def test_a_mail_action_counts_only_from_the_addressee(tmp_path, sender, purpose):
    play = a_play(tmp_path, changes=f'{AUTHENTICATED}[senders]\nstranger = "post"\nfailed = "post"\n')
    number = play.open()
    author, dmarc = AUTHORS[sender]

    verdict = play.receive(
        play.desk.addresses.address(Token(purpose, Party.VENDOR, number)),
        a_mail("", author, "<1@x.example>", Authentication_Results=f"mx.desk.example; dmarc={dmarc}"),
        "someone@else.example",
    )

    acted = verdict.outcome in (Outcome.CLOSED, Outcome.KEPT_OPEN)
    assert acted == (sender is Grade.ADDRESSEE)
    assert len(play.show(number)["history"]) == (2 if acted else 1)
    play.desk.store.close()


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("BOB@Vendor.Example", Grade.ADDRESSEE),
        ("carla@vendor.example", Grade.COLLEAGUE),
        ("dan@partner.example", Grade.COLLEAGUE),
        ("erna@freelance.example", Grade.COLLEAGUE),
        ("fay@freelance.example", Grade.STRANGER),
        ("eve@sub.vendor.example", Grade.STRANGER),
        ("gus@confirmed.example", Grade.ADDRESSEE),
        (None, Grade.STRANGER),
    ],
)
def test_an_author_is_graded_by_what_is_on_file(author, expected):
    also = frozenset({"@partner.example", "erna@freelance.example"})
    standing = Standing(BOB, also, frozenset({"gus@confirmed.example"}))

    assert grade(author, "none", standing) is expected
    assert grade(author, "fail", standing) is (Grade.FAILED if author else Grade.STRANGER)


def test_a_public_mail_provider_makes_no_colleagues():
    assert grade("eve@gmail.com", "pass", Standing("bob@gmail.com")) is Grade.STRANGER


def test_authentication_results_of_other_hosts_are_ignored(tmp_path):
    play = a_play(tmp_path, changes=AUTHENTICATED)
    number = play.open()

    forged = a_mail("Hi", BOB, "<1@x.example>", Authentication_Results="evil.example; dmarc=fail")
    verdict = play.receive(play.reply_address(number, Party.VENDOR), forged, BOB)

    assert verdict.outcome is Outcome.COMMENTED
    play.desk.store.close()


def test_a_from_that_is_not_exactly_one_mailbox_is_held_as_ambiguous(play):
    number = play.open()

    two = a_mail("Hi", f"{BOB}, eve@else.example", "<1@x.example>")
    verdict = play.receive(play.reply_address(number, Party.VENDOR), two, BOB)

    assert verdict.outcome is Outcome.HELD
    assert [mail["reason"] for mail in play.show(number)["held"]] == ["ambiguous"]


def test_an_opener_who_fails_dmarc_hears_nothing_of_what_he_wrote(tmp_path):
    play = a_play(tmp_path, SETTINGS, AUTHENTICATED)
    spam = a_mail("Buy pills", message_id="<s@x.example>", Authentication_Results="mx.desk.example; dmarc=fail")

    play.receive("support@desk.example", spam)

    to_customer, to_vendor = play.deliver()
    assert (to_customer.repeats_nothing, to_vendor.repeats_nothing) == (True, False)
    play.desk.store.close()


def test_an_opener_is_answered_three_times_an_hour_and_no_ticket_is_lost(play):
    for count in range(5):
        play.receive("support@desk.example", a_mail(f"Help {count}", message_id=f"<{count}@x.example>"))

    mails = play.deliver()

    assert [mail.to_party for mail in mails].count(Party.CUSTOMER) == 3
    assert [mail.to_party for mail in mails].count(Party.VENDOR) == 5


def test_a_reply_to_the_desk_without_a_token_is_posted_only_with_proof(tmp_path):
    play = a_play(tmp_path, changes=AUTHENTICATED)
    number = play.open()
    mail = play.deliver()[1]

    def reply(message_id: str, dmarc: str) -> Outcome:
        fields = {"In_Reply_To": mail.message_id, "Authentication_Results": f"mx.desk.example; dmarc={dmarc}"}
        return play.receive("desk@desk.example", a_mail("Hi", BOB, message_id, **fields), BOB).outcome

    assert (reply("<1@x.example>", "pass"), reply("<2@x.example>", "none")) == (Outcome.COMMENTED, Outcome.HELD)
    assert len(play.show(number)["comments"]) == 2
    play.desk.store.close()


def test_our_own_mail_that_comes_back_ends_there(play):
    number = play.open()
    mail = play.deliver()[0]

    looped = a_mail("Hi", "desk@desk.example", mail.message_id)
    verdict = play.receive(play.reply_address(number, Party.VENDOR), looped, "x@y.example")

    assert (verdict.outcome, verdict.reason) == (Outcome.IGNORED, "loop: our own mail came back")
