"""Held mail that nobody decides on ends after a while, and the admins hear of it once."""

from datetime import timedelta

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Kind, Party
from mailbot.core.verdict import Outcome
from mailbot.service import holding, receive
from mailbot.store import inbox, outbox
from tests.given import BOB, a_mail, a_play

EVE = "eve@else.example"


def hold_mails(play, number: int, count: int) -> None:
    for which in range(count):
        mail = a_mail(f"Words {which}", EVE, f"<e{which}@else.example>")
        assert play.receive(play.reply_address(number, Party.VENDOR), mail, EVE).outcome is Outcome.HELD


def notices(play, kind: Kind) -> list[outbox.OutboxRow]:
    with play.desk.store.read() as connection:
        return [row for row in outbox.list_rows(connection) if row.kind is kind]


def test_a_held_mail_waits_for_two_weeks_and_no_longer(play):
    number = play.open()
    hold_mails(play, number, 1)

    play.clock.move(timedelta(days=14))
    at_fourteen_days = holding.expire(play.desk)
    play.clock.move(timedelta(seconds=1))
    after = holding.expire(play.desk)

    assert (at_fourteen_days, after) == (0, 1)
    ticket = play.show(number)
    assert ticket["held"] == []
    assert [entry["event"] for entry in ticket["history"]] == ["opened", "held", "note"]
    assert len(ticket["comments"]) == 1


def test_the_admins_get_one_word_for_all_and_never_again(play):
    number = play.open()
    hold_mails(play, number, 3)
    play.clock.move(timedelta(days=15))

    ended = [holding.expire(play.desk), holding.expire(play.desk)]

    assert ended == [3, 0]
    (word,) = notices(play, Kind.NOTICE)
    assert (word.to_address, word.notice["subject"]) == ("admin@operator.example", "3 held mails have expired")
    assert sum(EVE in line for line in word.notice["paragraphs"]) == 3
    assert not any("Words" in line for line in word.notice["paragraphs"])


def test_how_long_is_configurable(tmp_path):
    play = a_play(tmp_path, changes='[senders]\nhold_for = "2 hours"\n')
    number = play.open()
    hold_mails(play, number, 1)

    play.clock.move(timedelta(hours=2, seconds=1))

    assert holding.expire(play.desk) == 1
    play.desk.store.close()


def test_a_yes_that_comes_too_late_publishes_nothing_and_is_told_so(play):
    number = play.open()
    hold_mails(play, number, 1)
    confirm = play.desk.addresses.address(Token(Purpose.CONFIRM, Party.VENDOR, play.show(number)["held"][0]["id"]))
    play.clock.move(timedelta(days=15))
    holding.expire(play.desk)

    verdicts = [play.receive(confirm, a_mail("", BOB, f"<b{count}@vendor.example>"), BOB) for count in range(2)]

    assert {verdict.outcome for verdict in verdicts} == {Outcome.IGNORED}
    assert len(play.show(number)["comments"]) == 1
    (told,) = notices(play, Kind.REFUSED)
    assert (told.to_address, told.notice["reply_to"]) == (BOB, play.reply_address(number, Party.VENDOR))


def test_a_shunted_mail_is_our_fault_and_does_not_expire(play):
    number = play.open()
    with play.desk.store.write() as connection:
        digest = play.desk.store.blobs.put(connection, a_mail("Hi", BOB))
        recipient = play.reply_address(number, Party.VENDOR)
        arrived = inbox.Arrived(play.clock.now(), BOB, (recipient,), "127.0.0.1", "relay.example", "ESMTP", digest)
        inbox.add_mail(connection, arrived)
    (row,) = receive.claim(play.desk, frozenset(), 1)
    receive.shunt(play.desk, row, "it would not be read")
    play.clock.move(timedelta(days=100))

    assert holding.expire(play.desk) == 0
    assert [mail["reason"] for mail in play.show(number)["held"]] == ["shunted"]
