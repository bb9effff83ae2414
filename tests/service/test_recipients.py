import pytest

from mailbot.core.reply_token import Purpose, Token, TokenKeys, new_key
from mailbot.core.ticket import Party
from mailbot.service import recipients
from mailbot.service.recipients import NOT_OURS, RETIRED, UNKNOWN
from mailbot.service.ticket_page import reader_of
from mailbot.store import tickets
from tests.given import SETTINGS, a_play


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


@pytest.mark.parametrize("domain", ["bücher.example", "BÜCHER.example.", "xn--bcher-kva.example"])
def test_a_domain_of_ours_in_its_own_script_is_ours(tmp_path, domain):
    play = a_play(tmp_path, SETTINGS.replace('"desk.example"', '"bücher.example"'))

    answer = recipients.decide(play.desk, f"support@{domain}")
    play.desk.store.close()

    assert answer is None


@pytest.mark.parametrize("domain", ["büch.example", "\u0301.example", "ü" * 300 + ".example"])
def test_a_domain_in_another_script_that_is_not_ours_is_not_relayed_to(play, domain):
    assert recipients.decide(play.desk, f"support@{domain}") == NOT_OURS


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


@pytest.mark.parametrize(
    "altered",
    ['"reply+{}"@desk.example', "reply+{}@desk.example.", "Reply+{}@DESK.example"],
)
def test_a_local_part_that_a_relay_spelled_another_way_is_still_found(play, altered):
    token = play.reply_address(play.open(), Party.VENDOR)[6:38]

    assert recipients.decide(play.desk, altered.format(token)) is None


@pytest.mark.parametrize(
    "altered",
    [
        "SRS0=HHH=TT=desk.example=reply+{}@desk.example",
        "SRS1=HHH=relay.example==HHH=TT=desk.example=reply+{}@desk.example",
        "prvs=123abc=reply+{}@desk.example",
        "reply={}@desk.example",
        "reply-{}@desk.example",
        "reply+{}+more@desk.example",
        "reply+{}.@desk.example",
        "re.ply+{}@desk.example",
    ],
)
def test_a_local_part_that_a_relay_made_another_one_is_refused_and_never_taken_and_lost(play, altered):
    token = play.reply_address(play.open(), Party.VENDOR)[6:38]

    assert recipients.decide(play.desk, altered.format(token)) == UNKNOWN


def test_a_token_that_was_never_issued_is_refused(play):
    address = play.reply_address(play.open(), Party.VENDOR)
    forged = address.replace("+0", "+1")
    other_purpose = address.replace("reply+", "close+")
    no_such_ticket = play.reply_address(4711, Party.VENDOR)

    assert {recipients.decide(play.desk, one) for one in (forged, other_purpose, no_such_ticket)} == {UNKNOWN}


def test_a_token_of_a_retired_key_is_refused_as_such(play):
    address = play.reply_address(play.open(), Party.VENDOR)
    play.desk.key_file.rotate()
    still_good = recipients.decide(play.desk, address)
    play.desk.key_file.retire(1)

    assert still_good is None
    assert recipients.decide(play.desk, address) == RETIRED
    assert recipients.decide(play.desk, play.reply_address(1001, Party.VENDOR)) is None


def test_a_revoked_address_is_refused_and_the_other_partys_stays(play):
    number = play.open()
    before = {party: play.show(number)[party] for party in Party}
    with play.desk.store.write() as connection:
        tickets.revoke(connection, number, Party.VENDOR)

    after = play.show(number)

    assert recipients.decide(play.desk, before[Party.VENDOR]["reply_address"]) == RETIRED
    assert recipients.decide(play.desk, after["vendor"]["reply_address"]) is None
    assert after["customer"] == before[Party.CUSTOMER]
    assert reader_of(play.desk, before[Party.VENDOR]["page"].rpartition("/")[2]) is None
    assert reader_of(play.desk, after["vendor"]["page"].rpartition("/")[2]) is not None


def test_the_key_file_is_made_for_its_owner_alone(play):
    file = play.desk.config.desk.data_dir / "token.keys"

    assert file.stat().st_mode & 0o777 == 0o600


def test_a_confirm_address_needs_a_held_mail(play):
    address = play.desk.addresses.address(Token(Purpose.CONFIRM, Party.VENDOR, 7))

    assert recipients.decide(play.desk, address) == UNKNOWN


def test_tokens_of_another_desk_are_unknown(play):
    theirs = TokenKeys([new_key(1)]).sign(Token(Purpose.REPLY, Party.VENDOR, play.open()))

    assert recipients.decide(play.desk, f"reply+{theirs}@desk.example") == UNKNOWN
