"""Answers that stand in an unmarked quote, told from it by colour alone: Outlook's way."""

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.reading import OwnHistory, ReadingLimits
from tests.inbound.mails import mail, words

BLOCK = "From: Bob <bob@acme.example>\nSent: Tuesday, 3 March 2026 10:15\nTo: Ann\nSubject: pump\n"
ASKED = ["Which pump is it?", "Since when does it leak?", "Is there water below it?"]
ANSWERS = ["The red one.", "Since Monday.", "A cup a day."]
BETWEEN = "\n\n".join(line for pair in zip(ASKED, ANSWERS, strict=True) for line in pair)

ANNOUNCEMENTS = [
    "Answers in line below, in blue.",
    "Please see my comments below.",
    "I replied inline.",
    "Meine Antworten stehen unten in rot.",
    "Mes réponses en rouge dans le texte.",
    "Las respuestas van abajo en azul.",
    "Le risposte nel testo.",
    "Mijn antwoorden staan hieronder.",
    "As respostas estão abaixo.",
    "Moje odpowiedzi poniżej.",
    "Mina svar nedan.",
]


@pytest.mark.parametrize("announced", ANNOUNCEMENTS)
def test_they_stay_when_the_words_above_announce_them(announced):
    assert words(f"{announced}\n\n{BLOCK}\n{BETWEEN}") == f"{announced}\n\n\n{BETWEEN}"


def test_of_our_own_mail_only_the_answers_stay():
    own = OwnHistory(lines=tuple(ASKED), domain="desk.example")
    asked = "\n".join(ASKED)
    raw = mail(f"My answers are below.\n\n{BLOCK}\n{asked}\nThe red one, since Monday.")

    assert read(raw, ReadingLimits(), own).text == "My answers are below.\n\n\nThe red one, since Monday."


@pytest.mark.parametrize(
    "said", ["It leaks again.", "I have no comments.", "Read my answer of yesterday.", "See below."]
)
def test_any_other_words_keep_no_quote(said):
    assert words(f"{said}\n\n{BLOCK}\n{BETWEEN}") == said


def test_a_quote_that_bears_marks_needs_no_announcement():
    text = "Answers below.\n\nOn 3 March 2026 at 10:15, Bob wrote:\n> Which pump?\nThe red one.\n> Bye\n"

    assert words(text) == "Answers below.\n\n> Which pump?\nThe red one."


def test_what_the_console_says_is_shown_by_its_author():
    text = "The console says:\n> show ports\n1 up\n2 down\n>\nPort 2 it is."

    assert words(text) == text


def test_what_html_hides_in_the_quote_stays_hidden():
    html = (
        "<p>My answers are below.</p><div id=divRplyFwdMsg><b>From:</b> Bob &lt;bob@acme.example&gt;<br><b>Sent:</b>"
        " Tuesday, 3 March 2026 10:15<br><b>To:</b> Ann<br><b>Subject:</b> pump</div><p>Which pump?</p>"
        '<p style="display:none">secret</p><p style="color:blue">The red one.</p>'
    )

    said = words(html=html)

    assert "The red one." in said
    assert "secret" not in said
