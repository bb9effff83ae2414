"""Grade by treatment by act by way in: what becomes of a mail, for each of them, written down as a table."""

from __future__ import annotations

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.sender import Act, Standing, Treatment, grade, treatment
from mailbot.core.ticket import Actor, Grade, Party, Via
from mailbot.service import page_acts
from mailbot.service import tickets as use
from mailbot.service.handover import Session
from mailbot.store import held
from mailbot.store.tickets import Words
from tests.given import ANN, BOB, BY_SMTP, Play, a_mail, a_play

AUTHORS = {
    Grade.ADDRESSEE: (f"Bob <{BOB}>", "pass"),
    Grade.COLLEAGUE: ("Carla <carla@vendor.example>", "pass"),
    Grade.STRANGER: ("Eve <eve@else.example>", "pass"),
    Grade.FAILED: (f"Bob <{BOB}>", "fail"),
}
WAYS = {"smtp": BY_SMTP, "lmtp": Session("unix", "relay", "LMTP"), "inject": Session("inject", "", "PIPE")}

POSTED = {
    # act: (of the addressee, of anybody else)
    "comment": ("commented", "commented"),
    "reopen": ("reopened", "reopened"),
    "#close": ("closed", "commented"),
    "close": ("closed", "refused"),
    "close with words": ("closed", "commented"),
    "keep open": ("kept open", "refused"),
    "keep open with words": ("kept open", "commented"),
    "confirm": ("confirmed", "refused"),
    "discard": ("confirmed", "refused"),
}
DECISIONS = ("confirm", "discard")


def expected(act: str, of: Grade, treated: str) -> str:
    """What the table says: words go as configured, a decision is the addressee's whatever the config says."""
    if treated == "post" or act in DECISIONS:
        return POSTED[act][of is not Grade.ADDRESSEE]
    return {"hold": "held", "refuse": "refused"}[treated]


def prepared(play: Play, act: str) -> tuple[int, str, str]:
    """A ticket for an act of its vendor: number, address to write to, text."""
    number = play.open()
    if act == "reopen":
        use.close(play.desk, number, Actor.DESK)
    token, text = Token(Purpose.REPLY, Party.VENDOR, number), "Words."
    if act == "#close":
        text = "#close\n\nWords."
    elif act in DECISIONS:
        token, text = Token(Purpose[act.upper()], Party.VENDOR, hold_one(play, number)), ""
    elif act not in ("comment", "reopen"):
        token = Token(Purpose.CLOSE if act.startswith("close") else Purpose.KEEP, Party.VENDOR, number)
        text = "Words." if act.endswith("words") else ""
    return number, play.desk.addresses.address(token), text


def hold_one(play: Play, number: int) -> int:
    words = Words("Held.", "fay@else.example", "", Grade.STRANGER, Via.MAIL)
    with play.desk.store.write() as connection:
        return held.hold(connection, number, Party.VENDOR, None, play.clock.now(), "stranger", words)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("treated", ["post", "hold", "refuse"])
def test_each_act_of_each_grade_ends_as_the_table_says_by_every_way_in(tmp_path, treated, way):
    senders = "".join(f'{grade} = "{treated}"\n' for grade in AUTHORS)
    play = a_play(tmp_path, changes=f'[smtp]\nauthserv_id = "mx.desk.example"\n[senders]\n{senders}')
    found, wanted = {}, {}

    for of, (author, dmarc) in AUTHORS.items():
        for act in POSTED:
            number, address, text = prepared(play, act)
            was_open, before = play.show(number)["status"], len(play.show(number)["comments"])
            mail = a_mail(
                text, author, f"<{number}@x.example>", Authentication_Results=f"mx.desk.example; dmarc={dmarc}"
            )
            verdict = play.receive(address, mail, "x@else.example", WAYS[way])

            ticket = play.show(number)
            changed = (ticket["status"] != was_open, len(ticket["comments"]) - before)
            found[of, act] = (verdict.outcome.value, *changed)
            end = expected(act, of, treated)
            speaks = end in ("commented", "reopened") or (
                of is Grade.ADDRESSEE
                and end in ("closed", "kept open", "confirmed")
                and (act in ("#close", "confirm") or act.endswith("words"))
            )
            wanted[of, act] = (end, end in ("closed", "reopened"), int(speaks))

    assert found == wanted
    play.desk.store.close()


def test_who_holds_the_link_acts_whatever_the_config_says_of_mail(tmp_path):
    senders = "".join(f'{grade} = "refuse"\n' for grade in AUTHORS)
    play = a_play(tmp_path, changes=f"[senders]\n{senders}")
    number = play.open()
    link = Token(Purpose.VIEW, Party.VENDOR, number)
    keys = [hold_one(play, number) for _ in range(2)]

    page_acts.comment(play.desk, link, page_acts.Reply("Words.", "nonce"))
    page_acts.decide_held(play.desk, link, keys[0], publish=True)
    page_acts.decide_held(play.desk, link, keys[1], publish=False)
    page_acts.change_type(play.desk, link, "refund")
    page_acts.keep_open(play.desk, link)
    page_acts.close(play.desk, link)
    page_acts.reopen(play.desk, link)

    ticket = play.show(number)
    assert [comment["sender_grade"] for comment in ticket["comments"][1:]] == ["link", "stranger"]
    events = [entry["event"] for entry in ticket["history"]]
    assert events == ["opened", "comment", "comment", "type_changed", "kept_open", "closed", "reopened"]
    play.desk.store.close()


@pytest.mark.parametrize("configured", Treatment)
@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("of", Grade)
def test_nobody_but_the_party_ever_does_more_than_speak(of, act, configured):
    allowed = treatment(act, of, configured) is Treatment.POST

    if act is Act.SPEAK:
        assert treatment(act, of, configured) is configured
    elif of in (Grade.COLLEAGUE, Grade.STRANGER, Grade.FAILED):
        assert not allowed
    elif act in (Act.CONFIRM, Act.DISCARD) or configured is Treatment.POST:
        assert allowed


LOOKALIKES = {
    "bob@vend\u043er.example": "stranger",  # a Cyrillic o
    "bob@vendor.example.else.example": "stranger",
    "bob@vendor-example": "stranger",
    "bob@sub.vendor.example": "stranger",
    "bob+x@else.example": "stranger",
    "bob@vendor\u3002example": "ambiguous",
    "bob@ven\u200bdor.example": "ambiguous",
    "b\u043eb@vendor.example": "colleague",
    "bob+x@vendor.example": "colleague",
}


@pytest.mark.parametrize("author", LOOKALIKES)
def test_who_looks_like_the_addressee_is_not_he(play, author):
    number = play.open()

    play.receive(play.reply_address(number, Party.VENDOR), a_mail("Hi", f"Bob <{author}>"), ANN)

    ticket = play.show(number)
    graded = [comment["sender_grade"] for comment in ticket["comments"][1:]] + [one["reason"] for one in ticket["held"]]
    assert graded == [LOOKALIKES[author]]


@pytest.mark.parametrize(
    ("on_file", "author", "found"),
    [
        ("ann@strasse.example", "ann@straße.example", Grade.STRANGER),
        ("sam@customer.example", "\u017fam@customer.example", Grade.COLLEAGUE),
        ("kim@customer.example", "\u212aim@customer.example", Grade.COLLEAGUE),
        ("Ann@Customer.Example", "aNN@cUSTOMER.example", Grade.ADDRESSEE),
    ],
)
def test_letters_that_unicode_folds_together_are_other_mailboxes(on_file, author, found):
    assert grade(author, "pass", Standing(on_file)) is found
