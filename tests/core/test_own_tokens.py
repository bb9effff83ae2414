"""Our tokens in other people's words: found in every shape that clients and scanners give them, and nothing else is."""

import base64
import quopri
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.core.own_tokens import blanked, without_tokens
from mailbot.core.reply_token import Purpose, Token, TokenKeys, new_key
from mailbot.core.ticket import Party

KEYS = TokenKeys([new_key(1), new_key(9), new_key(255)])
STRANGERS = TokenKeys([new_key(3)])
TOKENS = st.builds(
    Token,
    st.sampled_from(Purpose),
    st.sampled_from(Party),
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**24 - 1),
)


def link(token: str) -> str:
    return f"https://desk.example/t/{token}"


SHAPES = {
    "an address": lambda token: f"reply+{token}@desk.example",
    "an address in capitals": lambda token: f"REPLY+{token.upper()}@DESK.EXAMPLE",
    "a mailto link": lambda token: f"mailto:close%2B{token}%40desk.example?subject=Close",
    "safelinks": lambda token: (
        f"https://nam02.safelinks.protection.outlook.com/?url={quote(link(token), safe='')}&d=05%7C"
    ),
    "twice escaped": lambda token: f"https://x.example/?u={quote(quote(link(token), safe=''), safe='')}",
    "urldefense v2": lambda token: f"https://urldefense.proofpoint.com/v2/url?u=https-3A__desk.example_t_{token}&d=Dw",
    "urldefense v3": lambda token: f"https://urldefense.com/v3/__{link(token)}__;!!abc$",
    "a redirect of a search engine": lambda token: f"https://www.google.com/url?q={link(token)}&sa=D",
    "base64 in a link": lambda token: (
        f"https://x.example/?u={base64.urlsafe_b64encode(link(token).encode()).decode()}&i=1"
    ),
    "a soft line break that nobody decoded": lambda token: f"reply+{token[:20]}=\n{token[20:]}@desk.example",
    "a quoted line broken in the middle": lambda token: f"> reply+{token[:9]}\n> {token[9:]}@desk.example",
    "broken twice": lambda token: f"{token[:2]}\n{token[2:30]}\n {token[30:]}",
    "hints to break it": lambda token: "\u200b".join((token[:5], token[5:17], token[17:])),
    "decimal references": lambda token: "".join(f"&#{ord(one)};" for one in token),
    "hexadecimal references": lambda token: "".join(f"&#x{ord(one):x};" for one in token),
    "percent escapes": lambda token: "".join(f"%{ord(one):02X}" for one in token),
    "read aloud": lambda token: token.replace("0", "O").replace("1", "l"),
    "glued to words": lambda token: f"2F{token}&data",
}


@pytest.mark.parametrize("shape", SHAPES)
@given(token=TOKENS)
def test_a_token_is_found_in_every_shape(shape, token):
    written = SHAPES[shape](KEYS.sign(token))

    cleaned = without_tokens(f"Before {written} after.", KEYS)

    assert cleaned.startswith("Before ")
    assert cleaned.endswith("after.")
    assert "…" in cleaned
    assert KEYS.sign(token) not in cleaned.replace("\n", "").replace("> ", "").lower()


@pytest.mark.parametrize("shape", SHAPES)
@given(token=TOKENS)
def test_what_others_signed_stays(shape, token):
    written = SHAPES[shape](STRANGERS.sign(token))

    assert without_tokens(written, KEYS) == written


@given(st.text(max_size=400))
def test_other_text_stays_as_it_is(text):
    assert without_tokens(text, KEYS) == text
    assert blanked(text.encode("utf-8", "replace"), KEYS) == text.encode("utf-8", "replace")


@pytest.mark.parametrize("encode", [bytes, base64.encodebytes, quopri.encodestring])
def test_a_file_says_the_same_at_the_same_length_without_tokens(encode):
    token = KEYS.sign(Token(Purpose.REPLY, Party.VENDOR, 1001))
    said = f"Subject: Fwd: Pump leaks\r\n\r\n{'It leaks. ' * 6}Reply-To: reply+{token}@desk.example\r\nBob\r\n".encode()
    file = encode(said)

    safe = blanked(file, KEYS)

    decode = {base64.encodebytes: base64.decodebytes, quopri.encodestring: quopri.decodestring}.get(encode, bytes)
    assert len(safe) == len(file)
    assert decode(safe) == said.replace(token.encode(), b"x" * 32)


@pytest.mark.parametrize("bait", ["041", "041 ", "0=\n4=\n1", "04", "%30%34%31", "QUJD", "a"])
def test_text_made_to_look_like_many_tokens_costs_little(bait):
    text = (bait * 1_000_000)[:1_000_000]
    start = time.process_time()

    without_tokens(text, KEYS)
    blanked(text.encode(), KEYS)

    assert time.process_time() - start < 3
