"""What stands below a sign-off: ways to reach a person, and his words that look like them."""

import pytest

from tests.inbound.mails import reading, words

NEW = "The pump still leaks.\n\nShould I send it back?"

SIGN_OFFS = {
    "two languages": "Mit freundlichen Grüßen / Kind regards\nAnn Field",
    "a lawyer's": "Very truly yours,\nAnn Field",
    "from a place": "Viele Grüße aus Bad Tölz\nAnn Field",
    "Finnish, short": "T.\nAnn Field",
    "Lithuanian": "Pagarbiai\nAnn Field",
}
CONTACTS = {
    "pairs of digits": "Field SARL\nTél. : 01 00 11 22 33\nMob. : 06 00 11 22 33",
    "groups of digits": "Field SL\nTfno. 900 00 11 22\nann@field.example",
    "a firm and a mobile": "Innkjøp, Field AS\nMob: 900 00 000",
    "in one line": "Ann Field | Pumps | P +44 20 7946 0000 | field.example",
}
TOLD = {
    "a postscript": "Best\nAnn\n\nPS: my new number is 020 7946 0000.\nThe old one was 020 7946 0001.",
    "who to turn to": "Thanks\n\nThe pump should go to\nField Ltd\nTel 020 7946 0000\nbob@field.example\nas before.",
    "the first person": "Best\nAnn\n\nBob and I have moved:\nTel 020 7946 0000\nwww.field.example",
    "a name and a sentence": (
        "Ann\n\nAnn Field moved to ann@field.example, so print\nher number, 020 7946 0000, below. And the same\n"
        "for bob@field.example."
    ),
    "sections": "Old address:\nMill Lane 4\n--------------------\nNew address:\nDock Road 9\nTel 020 7946 0001\nDoor 2",
    "a list below a rule": "Two pages are gone:\n--------------------\nhttps://a.example/b\nhttps://a.example/c",
    "a sign-off that is shown": "It must say:\n\nKind regards\nAnn\nTel 020 7946 0000\nwww.field.example\n\nin green.",
    "options": "Which one is it?\n\n--\n--force\n--yes\n\nThe first is not in the manual.",
}


@pytest.mark.parametrize("contacts", CONTACTS.values(), ids=CONTACTS)
@pytest.mark.parametrize("sign_off", SIGN_OFFS.values(), ids=SIGN_OFFS)
def test_contacts_below_a_sign_off_are_cut(sign_off, contacts):
    found = reading(f"{NEW}\n\n{sign_off}\n{contacts}\n")

    assert found.text == f"{NEW}\n\n{sign_off}"
    assert [cut.rule for cut in found.cuts] == ["contact block"]


@pytest.mark.parametrize("told", TOLD.values(), ids=TOLD)
def test_what_a_person_tells_below_a_sign_off_or_a_rule_stays(told):
    assert words(f"{NEW}\n\n{told}\n") == f"{NEW}\n\n{told}"


def test_a_block_that_begins_with_the_name_typed_above_it_is_cut():
    block = "Ann Field · Pumps and Wells\nInstagram | www.field.example\n+44 20 7946 0000"

    assert words(f"{NEW}\n\nAnn\n\n{block}\n") == f"{NEW}\n\nAnn"


def test_a_wide_notice_below_does_not_hide_a_contact_block():
    notice = (
        "This e-mail is confidential and intended only for the addressee. If you received it in error, please notify "
        "the sender and delete it."
    )
    found = reading(f"{NEW}\n\nRegards\nAnn\nField Ltd\nTel 020 7946 0000\n\n{notice}\n")

    assert found.text == f"{NEW}\n\nRegards\nAnn"
    assert [cut.rule for cut in found.cuts] == ["contact block", "legal notice"]


def test_a_notice_in_quotation_marks_is_shown_by_a_person():
    text = (
        'Is this right under our mails?\n\n"This e-mail is confidential and intended only for the addressee. If you '
        'received it in error, please delete it."\n\nThe lawyers ask.'
    )

    assert words(text) == text


def test_an_advertisement_with_a_link_below_a_rule_is_cut():
    slogan = f"A mailbox as large as a house, free of\ncharge for a year. Try now. http://ads.example/{'x' * 40}"

    assert words(f"{NEW}\n\n{'_' * 60}\n{slogan}") == NEW
