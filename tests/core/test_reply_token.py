import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.addresses import Addresses
from mailbot.core.reply_token import (
    TOKEN_CHARACTERS,
    Key,
    Purpose,
    Retired,
    Token,
    TokenKeys,
    Unknown,
    new_key,
    read_keys,
    write_key,
)
from mailbot.core.ticket import Party

OLD, NEW = Key(1, b"o" * 32), Key(2, b"n" * 32)
KEYS = TokenKeys([OLD, NEW])
tokens = st.builds(
    Token,
    st.sampled_from(Purpose),
    st.sampled_from(Party),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**24 - 1),
)


@given(tokens)
def test_a_signed_token_reads_back_in_any_letter_case(token):
    text = KEYS.sign(token)

    assert KEYS.read(text) == token
    assert KEYS.read(text.upper()) == token
    assert len(text) == TOKEN_CHARACTERS
    assert not set(text) & set("ilou")


@given(tokens, st.integers(0, TOKEN_CHARACTERS - 1), st.sampled_from("0123456789abcdefghjkmnpqrstvwxyz"))
def test_a_token_with_any_character_changed_is_unknown(token, place, character):
    text = KEYS.sign(token)
    changed = text[:place] + character + text[place + 1 :]

    assert KEYS.read(changed) == (token if changed == text else Unknown())


@given(st.text())
def test_any_other_text_is_unknown(text):
    assert KEYS.read(text) == Unknown()


@given(tokens)
def test_look_alikes_read_as_what_they_look_like(token):
    text = KEYS.sign(token)

    assert KEYS.read(text.replace("0", "o").replace("1", "l")) == token


def test_a_rotated_key_signs_and_the_old_one_still_reads():
    token = Token(Purpose.REPLY, Party.VENDOR, 1001)

    assert KEYS.read(TokenKeys([OLD]).sign(token)) == token
    assert KEYS.sign(token) == TokenKeys([NEW]).sign(token)


def test_a_retired_key_tells_its_tokens_from_forgeries():
    text = TokenKeys([OLD]).sign(Token(Purpose.REPLY, Party.VENDOR, 1001))
    keys = TokenKeys([Key(1, OLD.secret, retired=True), NEW])

    assert keys.read(text) == Retired()
    assert keys.read(text[:-1] + ("0" if text[-1] != "0" else "1")) == Unknown()


def test_the_key_file_reads_back():
    keys = [Key(1, OLD.secret, retired=True), new_key(2)]
    token = Token(Purpose.VIEW, Party.CUSTOMER, 7)

    read = read_keys("# keys\n" + "".join(map(write_key, keys)))

    assert read.read(TokenKeys(keys).sign(token)) == token


@pytest.mark.parametrize(
    "line", ["1", "x 00", "1 zz", "0 " + "00" * 32, "256 " + "00" * 32, "1 maybe " + "00" * 32, "1 00"]
)
def test_a_bad_line_of_the_key_file_is_named(line):
    with pytest.raises(ValueError, match="line 2 is not"):
        read_keys(write_key(NEW) + line)


def test_a_key_file_without_an_active_key_is_refused():
    with pytest.raises(ValueError, match="no active"):
        read_keys(write_key(Key(1, OLD.secret, retired=True)))


@given(st.sampled_from([Purpose.REPLY, Purpose.CLOSE, Purpose.KEEP, Purpose.CONFIRM, Purpose.DISCARD, Purpose.BOUNCE]))
def test_a_token_is_only_good_behind_the_word_of_its_purpose(purpose):
    addresses = Addresses("desk.example", "http://desk.example", KEYS)
    token = Token(purpose, Party.CUSTOMER, 1001, 3)
    local_part = addresses.address(token).partition("@")[0]

    assert len(local_part) <= 64
    assert addresses.read_local_part(local_part.upper()) == token
    other = "reply" if purpose is not Purpose.REPLY else "close"
    assert addresses.read_local_part(f"{other}+{local_part.partition('+')[2]}") == Unknown()


def test_our_message_id_is_recognised_behind_another_host():
    addresses = Addresses("desk.example", "http://desk.example", KEYS)
    token = Token(Purpose.MESSAGE, Party.VENDOR, 1001, 3)
    message_id = addresses.message_id(token)

    assert addresses.read_message_id(message_id) == token
    assert addresses.read_message_id(message_id.replace("desk.example", "email.relay.example")) == token
    assert addresses.read_message_id("<someone@else.example>") is None
    assert addresses.read_message_id(f"<{KEYS.sign(Token(Purpose.REPLY, Party.VENDOR, 1))}@x>") is None
