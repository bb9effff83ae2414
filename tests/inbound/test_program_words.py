"""The words of mail programs in many languages, and people who use the same words."""

import re
from pathlib import Path

import pytest

from mailbot.inbound import header_labels
from tests.inbound.mails import words
from tests.inbound.program_words import (
    ATTRIBUTIONS,
    INTRODUCTIONS,
    LEGAL_NOTICES,
    TAGLINES,
    WARNINGS,
)
from tests.inbound.test_new_words import HEADER_BLOCKS

NEW = "The pump still leaks.\n\nShould I send it back?"
QUOTED = "> Please tighten the screws.\n> Bob"
READING = Path(__file__).parents[2] / "docs" / "reading.md"

SAID_BY_PEOPLE = [
    "Attention: je n'ai pas reçu votre courriel.\n\nQue faire ?",
    "Achtung, diese Nachricht ist wichtig.\n\nDie Pumpe brennt.",
    "External seal: the sender sent the wrong one.\n\nPlease change it.",
    "Hello,\n\nI sent you a confidential file in error. Please delete it and notify the sender.\n\nAnn",
    "Hi,\n\nI am not the intended recipient of this confidential message, please delete my address.\n\nAnn",
    "Hola:\n\nHe recibido este mensaje por error, no soy el destinatario; elimínelo, es confidencial.\n\nGracias",
    "Dobrý den,\n\nzprávu jsem dostal omylem, nejsem adresát, prosím smažte ji.\n\nDíky",
    "Hello,\n\nto unsubscribe I tried the link, which fails.\n\nAnn",
    "The box is here.\n\nPlease print the label for me.",
    "Hi,\n\nPlease print this email before you come.",
    "Hi,\n\nhere is a photo of what your driver wrote:",
    "I noticed that my telephone adds this line:\n\nSent from my iPhone\n\nHow can I get rid of it?",
    "I need a courier.\n\nFrom: Leeds\nTo: York\nDate: 12 March\nWeight: 14 kg\n\nWhat would that cost?",
    "Invoice data:\n\nFrom: Field & Sons\nTo: Acme\nSubject: Invoice 12\nDate: 2 March\n\nPlease pay.",
    "It fails:\n\nmysql> select 1;\nmysql> select 2;\n\nboth time out.",
    "| only one bar\n| and one more\n\nis how I draw it.",
    "I tried it in Python:\n\n>>> import pump\n>>> pump.pressure()\n2.1\n\nShould that not be 3?",
    "Thanks\n\nCould you also send the invoice to:\n\nField & Sons\nTel. 0113 496 0018\naccounts@customer.example",
    "Question 1\n==========\nYes\n\nQuestion 2\n==========\nNo, call me at 0113 496 0018",
    "Yes.\n\n________________________________\n\nCall 0113 496 0018",
    "发自内心的感谢",
]


@pytest.mark.parametrize("language", ATTRIBUTIONS)
def test_a_marked_quote_goes_with_the_line_that_introduces_it(language):
    for name in ("Bob Carter", "Bob Carter <bob@acme.example>"):
        assert words(f"{NEW}\n\n{ATTRIBUTIONS[language].replace('NAME', name)}\n{QUOTED}\n") == NEW


@pytest.mark.parametrize("line", INTRODUCTIONS)
def test_a_dated_line_right_above_a_marked_quote_needs_no_verb(line):
    assert words(f"{NEW}\n\n{line}\n\n{QUOTED}\n") == NEW


@pytest.mark.parametrize("language", TAGLINES)
def test_a_tagline_is_cut_in_each_language(language):
    assert words(f"{NEW}\n\n{TAGLINES[language]}\n") == NEW


@pytest.mark.parametrize("language", LEGAL_NOTICES)
def test_a_legal_notice_is_cut_in_each_language(language):
    assert words(f"{NEW}\n\n{LEGAL_NOTICES[language]}\n") == NEW


@pytest.mark.parametrize("line", WARNINGS)
def test_a_gateways_warning_is_cut(line):
    assert words(f"{line}\n\n{NEW}\n") == NEW


@pytest.mark.parametrize("text", SAID_BY_PEOPLE)
def test_a_person_may_use_the_same_words(text):
    assert words(f"{text}\n\nOn 2 Mar 2026, at 10:15, Bob <bob@acme.example> wrote:\n\n{QUOTED}\n") == text


@pytest.mark.parametrize(
    ("rule", "languages"),
    [
        ("attribution", len(ATTRIBUTIONS)),
        ("header block", len({name.split()[0] for name in HEADER_BLOCKS} - {"date"})),
        ("tagline", len(TAGLINES)),
        ("legal notice", len(LEGAL_NOTICES)),
    ],
)
def test_the_docs_claim_no_more_languages_than_are_tested(rule, languages):
    row = re.search(rf"^\| `{rule}` \|.*?(\d+) languages", READING.read_text(), re.MULTILINE)

    assert row is not None
    assert int(row.group(1)) <= languages


def test_original_message_is_known_in_as_many_languages_as_the_docs_say():
    row = re.search(r"^\| `original message`.*?(\d+) languages", READING.read_text(), re.MULTILINE)
    spellings = {words(f"{NEW}\n\n-----{phrase}-----\nold\n") for phrase in header_labels.ORIGINAL}

    assert spellings == {NEW}
    assert row is not None
    assert int(row.group(1)) <= len(header_labels.ORIGINAL)


def test_initials_mark_a_quote_below_the_line_that_introduces_it():
    text = "Monday, March 2, 2026, 10:15:00 AM, you wrote:\n\nBC> Is it level?\nYes.\nBC> Is it on?\nNo.\n\nBC> Bye\n"

    assert words(text) == "> BC> Is it level?\nYes.\n> BC> Is it on?\nNo."


def test_supercite_marks_a_quote_by_its_authors_name():
    text = f'{NEW}\n\n>>>>> "Bob" == Bob Carter <bob@acme.example> writes:\n\n    Bob> Is it level?\n    Bob> Bye\n'

    assert words(text) == NEW


def test_a_header_block_in_one_line_begins_the_answered_mail():
    line = "From: Bob <bob@acme.example> Sent: Monday, March 2, 2026 10:15 AM To: Ann Field Subject: RE: Pump"

    assert words(f"{NEW}\n\n{line}\n\nold\n") == NEW


@pytest.mark.parametrize(
    "tail",
    [
        "Sent from my Galaxy\nPlease excuse brevity and typos.",
        "Sent with Tuta; enjoy secure & ad-free emails:\nhttps://tuta.com",
        "👍 reacted via Gmail",
        "####################\nAnn Field\nann@customer.example\n####################",
        "──────────────\nAnn Field\nTel 0113 496 0018",
        "P Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail drucken.",
        "Без вирусов. www.avast.com",
        "<https://www.avast.com/sig-email> Virus-free. www.avast.com",
        "__________ Information from ESET NOD32 Antivirus, version of virus signature database 1 __________",
        "Field & Sons Ltd is registered in England and Wales with company number 01234567.",
        "This email is a service from Acme. Delivered by Zendesk",
        "########################################################\n\nTo unsubscribe from the PUMPS list, click:\nhttps://l.example",
        "***Original Message***\nold",
        "—-—-—-—\nReply above this line.\n\nBob commented:\n\nold",
        "____________ Reply above this line ____________\nold",
        '"Bob Carter" ---02/03/2026 10:15:00 AM---Dear Ann, please turn\n\nold',
        "> old\n\n----- Ende der Nachricht von Bob <bob@acme.example> -----",
    ],
)
def test_what_a_program_adds_below_is_cut(tail):
    assert words(f"{NEW}\n\n{tail}\n") == NEW
