"""From: exactly one mailbox, or nobody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.inbound.author import single_author

ONE = {
    "ann@customer.example": ("", "ann@customer.example"),
    "<ann@customer.example>": ("", "ann@customer.example"),
    "Ann Field <ann@Customer.Example>": ("Ann Field", "ann@customer.example"),
    '"Field, Ann" <ann@customer.example>': ("Field, Ann", "ann@customer.example"),
    '"Ann \\"A\\" Field" <ann@customer.example>': ('Ann "A" Field', "ann@customer.example"),
    "Ann (sales) Field <ann@customer.example>": ("Ann Field", "ann@customer.example"),
    "ann@customer.example (Ann Field)": ("", "ann@customer.example"),
    "=?utf-8?q?J=C3=B6rg?= <j@customer.example>": ("Jörg", "j@customer.example"),
    "J. R. Field <jr@customer.example>": ("J. R. Field", "jr@customer.example"),
    "Jörg <jörg@kundé.example>": ("Jörg", "jörg@kundé.example"),
    '"a b"@customer.example': ("", '"a b"@customer.example'),
    '"bob@bank.example" <ann@customer.example>': ("bob@bank.example", "ann@customer.example"),
}

NOBODY = [
    "",
    "Ann Field",
    "undisclosed-recipients:;",
    "group: ann@customer.example;",
    "ann@customer.example, bob@customer.example",
    "Field, Ann <ann@customer.example>",
    "<bob@bank.example> <ann@customer.example>",
    "bob@bank.example <ann@customer.example> extra",
    "ann@customer.example(comment)@bank.example",
    "<ann(x)@customer.example>",
    "Ann <ann@customer.example",
    "Ann ann@customer.example>",
    'Ann "open <ann@customer.example>',
    "Ann <ann@customer.example> (bob@bank.example",
    "Ann <ann@@customer.example>",
    "Ann <ann@customer.example@bank.example>",
    "Ann <ann@-customer.example>",
    "Ann <ann@customer..example>",
    "Ann <@route.example:ann@customer.example>",
    "Ann <ann@customer.example\x00>",
    "bob@bank.example\\ <ann@customer.example>",
    "friends: ann@customer.example, bob@customer.example;",
    "Ann <=?utf-8?q?ann=40customer.example?=>",
    "=?utf-8?q?Ann_=3Cann=40customer.example=3E?=",
    "=?utf-8?q?Ann?= <ann@customer.example>, =?utf-8?q?Bob?= <bob@customer.example>",
    "Ann <an\u200bn@customer.example>",
    "Ann <ann\u202e@customer.example>",
    "Ann <ann@custo\u00admer.example>",
    "Ann <ann\u2028@customer.example>",
    "<ann@customer.example>\r\nFrom: bob@bank.example",
    "ann@customer.example ann@customer.example",
    '"Ann" "<ann@customer.example>"',
]


@pytest.mark.parametrize("value", ONE)
def test_one_mailbox_is_the_author(value):
    author, fault = single_author((value,))

    assert fault is None
    assert (author.name, author.address) == ONE[value]


@pytest.mark.parametrize("value", NOBODY)
def test_anything_else_is_nobody_and_says_why(value):
    author, fault = single_author((value,))

    assert author is None
    assert fault


def test_two_from_fields_are_nobody():
    assert single_author(("a@b.example", "a@b.example"))[0] is None


def test_no_from_field_is_nobody():
    assert single_author(()) == (None, "no From field")


@given(st.text(max_size=300))
def test_whatever_stands_in_from_gives_one_address_or_a_fault(value):
    author, fault = single_author((value,))

    assert (author is None) != (fault is None)
    assert author is None or author.address.count("@") >= 1
    assert author is None or author.address.rpartition("@")[2] == author.address.rpartition("@")[2].lower()
