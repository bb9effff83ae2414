import pytest

from mailbot.core.reply_token import Purpose, Token, TokenKeys, new_key
from mailbot.core.ticket import Party
from mailbot.service import recipients
from mailbot.service.desk import load_keys
from mailbot.service.recipients import NOT_OURS, RETIRED, UNKNOWN


@pytest.mark.parametrize(
    "address",
    [
        "support@desk.example",
        "SUPPORT@Desk.Example",
        "support+pump@desk.example",
        '"support"@desk.example',
        "support@desk.example.",
        "postmaster@desk.example",
        "Postmaster",
        "abuse@desk.example",
        "desk@desk.example",
    ],
)
def test_addresses_of_ours_are_taken(play, address):
    assert recipients.decide(play.desk, address) is None


@pytest.mark.parametrize(
    "address", ["nobody@desk.example", "reply+@desk.example", "reply@desk.example", "@desk.example"]
)
def test_unknown_addresses_get_one_wording(play, address):
    assert recipients.decide(play.desk, address) == UNKNOWN


@pytest.mark.parametrize("address", ["ann@customer.example", "ann", "a%customer.example@desk.example", ""])
def test_other_peoples_addresses_are_not_relayed_to(play, address):
    assert recipients.decide(play.desk, address) == NOT_OURS


def test_a_reply_address_is_taken_in_any_letter_case(play):
    address = play.reply_address(play.open(), Party.VENDOR)

    assert recipients.decide(play.desk, address) is None
    assert recipients.decide(play.desk, address.upper()) is None


def test_a_token_that_was_never_issued_is_refused(play):
    address = play.reply_address(play.open(), Party.VENDOR)
    forged = address.replace("+0", "+1")
    other_purpose = address.replace("reply+", "close+")
    no_such_ticket = play.reply_address(4711, Party.VENDOR)

    assert {recipients.decide(play.desk, one) for one in (forged, other_purpose, no_such_ticket)} == {UNKNOWN}


def test_a_token_of_a_retired_key_is_refused_as_such(play):
    address = play.reply_address(play.open(), Party.VENDOR)
    file = play.desk.config.desk.data_dir / "token.keys"
    file.write_text(file.read_text().replace("1 ", "1 retired ") + "2 " + "ab" * 32 + "\n")
    play.desk._keys = load_keys(file)

    assert recipients.decide(play.desk, address) == RETIRED


def test_the_key_file_is_made_for_its_owner_alone(play):
    file = play.desk.config.desk.data_dir / "token.keys"

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_confirm_address_needs_a_held_mail(play):
    address = play.desk.addresses.address(Token(Purpose.CONFIRM, Party.VENDOR, 7))

    assert recipients.decide(play.desk, address) == UNKNOWN


def test_tokens_of_another_desk_are_unknown(play):
    theirs = TokenKeys([new_key(1)]).sign(Token(Purpose.REPLY, Party.VENDOR, play.open()))

    assert recipients.decide(play.desk, f"reply+{theirs}@desk.example") == UNKNOWN
