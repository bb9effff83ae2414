"""Neither party learns the other's address from us; what a person typed himself is his."""

import pytest

from mailbot.core.ticket import Party
from mailbot.outbound.compose import compose
from mailbot.service.hidden_addresses import name_without_addresses, without_printed_addresses
from tests.given import ANN, BOB, SETTINGS, a_mail, a_play

ANNS = frozenset({ANN})
PRINTED = {
    "an attribution": (f"On Mon, 23 Nov 2026 at 10:00, Ann <{ANN}> wrote:", "On Mon, 23 Nov 2026 at 10:00, Ann wrote:"),
    "one without brackets": (f"Am 23.11.2026 um 10:00 schrieb {ANN}:", "Am 23.11.2026 um 10:00 schrieb …:"),
    "a quoted one": (f"> On Mon, {ANN} wrote:", "> On Mon, … wrote:"),
    "a quoted line": (f">> Mail me: {ANN.upper()}", ">> Mail me: …"),
    "a header field": (f"From: Ann <{ANN}>", "From: Ann"),
    "one in another language": (f"*Von:* Ann [mailto:{ANN}]", "*Von:* Ann"),
    "a field of bare addresses": (f"To: {ANN}; carl@else.example", "To: …; carl@else.example"),
    "the target of a link": (f"Write to me<mailto:{ANN}?subject=Pump> soon", "Write to me soon"),
}
TYPED = {
    "a sentence": f"You reach me at {ANN}, too.",
    "a line of its own": f"E-mail: {ANN}",
    "somebody else's": "> On Mon, Carl <carl@else.example> wrote:",
    "one that only begins like it": f"> {ANN}x is not hers",
    "no address": "> 3 pumps @ 5 EUR",
}


@pytest.mark.parametrize("what", PRINTED)
def test_an_address_that_a_program_printed_is_taken_out(what):
    text, without = PRINTED[what]

    assert without_printed_addresses(f"Yes.\n{text}\n> It drips.", ANNS) == f"Yes.\n{without}\n> It drips."


@pytest.mark.parametrize("what", TYPED)
def test_what_a_person_typed_stays(what):
    assert without_printed_addresses(TYPED[what], ANNS) == TYPED[what]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (ANN, ""),
        (f"Ann Miller <{ANN}>", "Ann Miller"),
        (f"'{ANN}'", ""),
        ("Ann", "Ann"),
        ("R@bbit Pumps", "R@bbit Pumps"),
    ],
)
def test_a_display_name_that_is_an_address_is_none(name, shown):
    assert name_without_addresses(name) == shown


def octets_to(play, party):
    """All that a party's newest mail holds."""
    mail = [mail for mail in play.sent if mail.to_party is party][-1]
    return compose(mail, None).replace(b"=\r\n", b"")


@pytest.mark.parametrize("hides", [True, False])
def test_neither_party_reads_the_others_address_in_a_mail_of_ours(tmp_path, hides):
    changed = SETTINGS if hides else SETTINGS.replace("[desk]", "[desk]\nhide_addresses = false")
    play = a_play(tmp_path, settings=changed)
    text = f"> Which pump?\nThe red one.\n> Since when?\n> On Mon, 23 Nov 2026, Ann <{ANN}> wrote:\n>> So.\nMay.\n"
    play.receive("support@desk.example", a_mail(text, sender=f'"{ANN}" <{ANN}>'))
    play.deliver()
    play.receive(
        play.reply_address(1001, Party.VENDOR), a_mail("Which pump?", f"Bob <{BOB}>", "<b1@vendor.example>"), BOB
    )
    play.say(1001, Party.VENDOR, "And since when?")
    play.deliver()

    assert (ANN.encode() in octets_to(play, Party.VENDOR)) is not hides
    assert (BOB.encode() in octets_to(play, Party.CUSTOMER).replace(f"To: {BOB}".encode(), b"")) is not hides
    assert ANN in play.show(1001)["comments"][0]["text"]
    play.desk.store.close()


def test_nor_does_he_read_it_where_his_own_program_quoted_it(tmp_path):
    play = a_play(tmp_path)
    number = play.open()
    text = f"> Which pump?\nThe red one.\n> On Mon, 23 Nov 2026, Ann <{ANN}> wrote:\n>> So.\nI wrote to {ANN}, too.\n"
    play.receive(play.reply_address(number, Party.VENDOR), a_mail(text, f"Bob <{BOB}>", "<b1@vendor.example>"), BOB)
    play.deliver()

    shown = octets_to(play, Party.VENDOR)

    assert f"I wrote to {ANN}, too.".encode() in shown  # which he typed himself
    assert f"Ann <{ANN}>".encode() not in shown
    play.desk.store.close()


def test_a_public_provider_listed_for_a_vendor_makes_nobody_a_colleague(tmp_path):
    changes = 'also = ["gmail.com", "carla@gmail.com"]\n'
    play = a_play(tmp_path, settings=SETTINGS.replace("[vendors.acme]\n", f"[vendors.acme]\n{changes}"))
    number = play.open()

    for count, sender in enumerate(("eve@gmail.com", "carla@gmail.com")):
        mail = a_mail(f"Words {count}", sender, f"<{count}@gmail.com>")
        play.receive(play.reply_address(number, Party.VENDOR), mail, sender)

    ticket = play.show(number)
    assert [held["sender"] for held in ticket["held"]] == ["eve@gmail.com"]
    assert [comment["sender_grade"] for comment in ticket["comments"][1:]] == ["colleague"]
    assert any("[vendors.acme] also" in warning for warning in play.desk.config.warnings)
    play.desk.store.close()
