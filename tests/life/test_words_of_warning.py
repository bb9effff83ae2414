"""What people read when a clock runs: the composed warning, and the note that an out-of-office reply leaves."""

from datetime import timedelta

import pytest

from mailbot.core.ticket import Party
from mailbot.outbound.compose import compose
from tests.given import BOB, SETTINGS, a_mail, a_play
from tests.outbound.reading_mails import html_of, parsed, text_of, unflowed

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
IN_NEW_YORK = SETTINGS.replace(
    'email = "bob@vendor.example"', 'email = "bob@vendor.example"\ntimezone = "America/New_York"'
)


@pytest.fixture
def last_warning(tmp_path):
    """The second warning of a ticket whose vendor says nothing, as text, by its reader."""
    play = a_play(tmp_path, IN_NEW_YORK)
    play.open()
    play.deliver()
    play.wait(48 * HOUR)
    play.wait(2 * DAY)
    yield {mail.to_party: parsed(compose(mail, None)) for mail in play.sent[-2:]}
    play.desk.store.close()


def test_a_warning_says_whose_answer_is_awaited_since_when_and_what_happens_next_in_the_readers_zone(last_warning):
    to_vendor = unflowed(text_of(last_warning[Party.VENDOR]))
    to_customer = unflowed(text_of(last_warning[Party.CUSTOMER]))

    assert (
        "Ann has been waiting for your answer on ticket #1001 since Monday 23 November 2026, 04:00 EST.\n\n"
        "Without your answer, the ticket closes on Monday 30 November 2026, 04:00 EST." in to_vendor
    )
    assert (
        "Acme has not answered on ticket #1001 since Monday 23 November 2026, 09:00 UTC and was reminded today.\n\n"
        "Without an answer from Acme, the ticket closes on Monday 30 November 2026, 09:00 UTC." in to_customer
    )


@pytest.mark.parametrize("reader", list(Party))
def test_a_warning_says_how_to_answer_close_or_keep_it_open(last_warning, reader):
    text, html = unflowed(text_of(last_warning[reader])), html_of(last_warning[reader])

    for way in ("mailto:keep+", "mailto:close+", "http://desk.example/t/"):
        assert way in text
        assert way in html
    assert "Reply to this mail" in text
    assert last_warning[reader]["Reply-To"].addresses[0].username.startswith("reply+")
    assert "30 November 2026" in html


def test_a_first_warning_names_the_reminder_to_come(tmp_path):
    play = a_play(tmp_path, IN_NEW_YORK)
    play.open()
    play.deliver()
    play.wait(48 * HOUR)

    text = unflowed(text_of(parsed(compose(play.sent[-1], None))))

    assert "Friday 27 November 2026, 04:00 EST" in text
    play.desk.store.close()


def test_an_out_of_office_reply_is_a_note_with_its_day_of_return(play):
    number = play.open()
    play.deliver()
    before = play.show(number)["next"]
    away = a_mail(
        "I am out of the office until 12 December.", BOB, "<away@vendor.example>", Auto_Submitted="auto-replied",
        Date="Mon, 23 Nov 2026 10:00:00 +0000",
    )  # fmt: skip

    play.receive(play.reply_address(number, Party.VENDOR), away, BOB)

    ticket = play.show(number)
    note = ticket["history"][-1]
    assert (note["event"], note["facts"]["party"], note["facts"]["return_date"]) == ("note", "vendor", "2026-12-12")
    assert ticket["next"] == before
    assert len(ticket["comments"]) == 1
