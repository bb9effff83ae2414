"""Authentication-Results: only the topmost field of our relay counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.inbound.authentication import dmarc_verdict
from mailbot.inbound.message import read
from mailbot.inbound.reading import ReadingLimits

OURS = "mx.desk.example"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("mx.desk.example; dmarc=pass header.from=customer.example", "pass"),
        ("mx.desk.example 1; spf=pass smtp.mailfrom=a@b.example; dmarc=pass (p=reject) header.from=b.example", "pass"),
        ("MX.Desk.Example; DMARC=Fail header.from=b.example", "fail"),
        ('"mx.desk.example"; dmarc=pass', "pass"),
        ("mx.desk.example (a comment; dmarc=fail); dmarc=pass", "pass"),
        ("mx.desk.example; dmarc=none", "none"),
        ("mx.desk.example; dmarc=temperror", "none"),
        ("mx.desk.example; dkim=pass; spf=pass", "none"),
        ("mx.desk.example; none", "none"),
        ("mx.desk.example; dmarc=pass; dmarc=fail", "fail"),
        ('mx.desk.example; dkim=pass reason="x; dmarc=pass"', "none"),
        ("mx.desk.example; x-dmarc=pass", "none"),
        ("mx.desk.example; dmarc=passed", "none"),
        ("mx.desk.example; spf=fail smtp.mailfrom=x;dmarc=pass", "pass"),
        ("mx.desk.example.evil.example; dmarc=pass", "none"),
        ("evil.example (mx.desk.example); dmarc=pass", "none"),
        ("mx.desk.example (open; dmarc=pass", "none"),
        ("", "none"),
    ],
)
def test_the_result_is_read_strictly(value, verdict):
    assert dmarc_verdict((value,), OURS) == verdict


def test_a_field_further_down_is_a_claim_of_the_sender():
    assert dmarc_verdict((f"{OURS}; dmarc=fail", f"{OURS}; dmarc=pass"), OURS) == "fail"
    assert dmarc_verdict((f"{OURS}; spf=pass", f"{OURS}; dmarc=pass"), OURS) == "none"


def test_fields_of_other_relays_are_passed_over():
    assert dmarc_verdict(("other.example; dmarc=fail", f"{OURS}; dmarc=pass"), OURS) == "pass"


def test_without_a_name_of_our_relay_there_is_no_verdict():
    assert dmarc_verdict(("; dmarc=pass", "x; dmarc=pass"), "") == "none"


def test_what_arc_says_of_it_is_no_result_of_ours():
    raw = (
        f"ARC-Authentication-Results: i=1; {OURS}; dmarc=pass\r\nX-Authentication-Results: {OURS}; dmarc=pass\r\n"
        "From: a@b.example\r\nMessage-ID: <1@b.example>\r\n\r\nHi\r\n"
    )

    results = read(raw.encode(), ReadingLimits()).authentication_results

    assert dmarc_verdict(results, OURS) == "none"


METHODS = st.sampled_from(["spf", "dkim", "arc", "iprev", "x-dmarc", "dmarc2", "auth"])
RESULTS = st.sampled_from(["pass", "fail", "none", "temperror", "neutral"])
ANY = st.text(st.characters(codec="utf-8", exclude_characters='\\"()\r\n'), max_size=30)
COMMENT = ANY.map(lambda text: f" ({text}) ")
QUOTED = ANY.map(lambda text: f' reason="{text}"')
GLUE = st.one_of(st.just(" "), COMMENT)
OTHER = st.builds("{0}={1}{2}{3}".format, METHODS, RESULTS, QUOTED, st.one_of(st.just(""), COMMENT))
VERSION = st.sampled_from(["", " 1", " 1 "])


def wanted(dmarc: list[str]) -> str:
    """The worst of several counts, and anything but pass alone proves nothing."""
    if "fail" in dmarc:
        return "fail"
    return "pass" if dmarc and set(dmarc) == {"pass"} else "none"


@given(
    before=st.lists(OTHER, max_size=3),
    dmarc=st.lists(RESULTS, max_size=3),
    after=st.lists(OTHER, max_size=3),
    glue=GLUE,
    version=VERSION,
    quoted_id=st.booleans(),
)
def test_a_well_formed_field_is_read_whatever_stands_in_comments_and_quoted_strings(
    before, dmarc, after, glue, version, quoted_id
):
    name = f'"{OURS}"' if quoted_id else OURS
    sections = [
        name + version,
        *before,
        *(f"{glue}dmarc{glue}={glue}{one}{glue}header.from=x" for one in dmarc),
        *after,
    ]

    assert dmarc_verdict((";".join(sections),), OURS) == wanted(dmarc)


@given(st.lists(st.text(max_size=200), max_size=4))
def test_no_text_that_does_not_name_our_relay_ever_proves_anything(values):
    assert dmarc_verdict(tuple(value.replace(OURS, "") for value in values), OURS) == "none"


@given(st.text(max_size=300))
def test_whatever_follows_our_name_is_one_of_three_and_never_raises(text):
    assert dmarc_verdict((f"{OURS};{text}",), OURS) in ("pass", "fail", "none")


@given(below=st.lists(st.sampled_from([f"{OURS}; dmarc=pass", f"{OURS} 1; dmarc=pass", "x; dmarc=pass"]), max_size=4))
def test_nothing_below_the_topmost_field_of_ours_counts(below):
    assert dmarc_verdict((f"{OURS}; dmarc=fail", *below), OURS) == "fail"
    assert dmarc_verdict((f"{OURS} (broken; dmarc=none", *below), OURS) == "none"
