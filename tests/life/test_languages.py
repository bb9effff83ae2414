"""Each reader in his own language, as far as there are templates for it."""

from datetime import timedelta
from pathlib import Path

import pytest

from mailbot.core.ticket import Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.mail import OutgoingMail, OutgoingNotice, Sent
from mailbot.service import deliver
from tests.given import ANN, BOB, SETTINGS, a_mail, a_play
from tests.outbound.reading_mails import parsed, text_of

GERMAN_VENDOR = SETTINGS.replace('email = "bob@vendor.example"', 'email = "bob@vendor.example"\nlanguage = "de"')
GERMAN_DESK = SETTINGS.replace("[desk]", '[desk]\nlanguage = "de"')
LATE = '[tickets]\nlate_reply = "refuse"\n'


@pytest.fixture
def plays(tmp_path: Path):
    """Makes one desk of some settings, and closes it."""
    made = []

    def make(settings: str, changes: str = ""):
        made.append(a_play(tmp_path, settings, changes))
        return made[-1]

    yield make
    for play in made:
        play.desk.store.close()


def send(play) -> dict[tuple[Kind, str], str]:
    """Sends what is due; the text part of each mail by its kind and address."""
    texts = {}
    while rows := deliver.claim(play.desk, frozenset(), 10):
        for row in rows:
            mail = deliver.prepare(play.desk, row)
            assert isinstance(mail, OutgoingMail | OutgoingNotice)
            texts[row.kind, row.to_address] = text_of(parsed(compose(mail, None)))
            deliver.settle(play.desk, row, Sent("250 taken"), play.clock.now())
    return texts


def open_by_mail(play, **fields: str) -> None:
    play.receive("support@desk.example", a_mail("Es tropft.", **fields))


@pytest.mark.parametrize(
    ("language", "says"),
    [("de", "Sie erhalten diese Mail"), ("de-AT", "Sie erhalten"), ("tlh", "You get this mail"), ("", "You get")],
)
def test_a_customer_reads_the_language_of_his_own_mail_where_there_are_templates(plays, language, says):
    play = plays(SETTINGS)

    open_by_mail(play, **({"Content_Language": language} if language else {}))

    texts = send(play)
    assert says in texts[Kind.OPENED, ANN]
    assert "You get this mail" in texts[Kind.OPENED, BOB]


def test_a_language_without_templates_falls_back_to_the_desks(plays):
    play = plays(GERMAN_DESK)

    open_by_mail(play, Content_Language="tlh")

    assert all("Sie erhalten" in text for text in send(play).values())


def test_a_vendor_reads_the_language_of_the_config(plays):
    play = plays(GERMAN_VENDOR)

    play.open()

    texts = send(play)
    assert "Sie erhalten" in texts[Kind.OPENED, BOB]
    assert "You get this mail" in texts[Kind.OPENED, ANN]


def test_the_question_about_a_strangers_mail_speaks_the_addressees_language(plays):
    play = plays(GERMAN_VENDOR)
    number = play.open()
    send(play)

    play.receive(play.reply_address(number, Party.VENDOR), a_mail("Ja.", "Eve <eve@else.example>"), "eve@else.example")

    text = send(play)[Kind.CONFIRM, BOB]
    assert f"eve@else.example hat in Ihrem Namen zu Ticket #{number} geschrieben." in " ".join(text.split())
    assert "Ja, veröffentlichen:" in text
    assert "Nein, verwerfen:" in text


@pytest.mark.parametrize(
    ("settings", "says"),
    [(GERMAN_VENDOR, "wurde nicht veröffentlicht"), (GERMAN_DESK, "wurde nicht"), (SETTINGS, "was not posted")],
)
def test_a_refused_late_reply_is_told_in_its_writers_language(plays, settings, says):
    play = plays(settings, LATE)
    number = play.open()
    send(play)
    play.wait(timedelta(days=15))
    while play.show(number)["status"] == "open":
        play.wait(timedelta(days=7))
    play.clock.move(timedelta(days=30))

    play.receive(play.reply_address(number, Party.VENDOR), a_mail("Now?", f"Bob <{BOB}>"), BOB)

    assert says in send(play)[Kind.REFUSED, BOB]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        (SETTINGS, "written by Eve for Acme"),
        (GERMAN_DESK, "geschrieben von Eve für Acme"),
    ],
)
def test_a_colleagues_words_say_who_wrote_them_in_the_readers_language(plays, settings, says):
    play = plays(settings)
    number = play.open()
    send(play)

    play.receive(
        play.reply_address(number, Party.VENDOR), a_mail("Which one?", "Eve <eve@vendor.example>"), "eve@vendor.example"
    )

    assert says in send(play)[Kind.REPLY, ANN]
