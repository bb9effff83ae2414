"""Authentication-Results: only the topmost field of our relay counts."""

import pytest

from mailbot.inbound.authentication import dmarc_verdict

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
