"""What comes to the return path of a mail of ours and is no delivery report."""

import pytest

from mailbot.core.reply_token import Purpose, Token
from mailbot.core.ticket import Party
from mailbot.core.verdict import Outcome
from tests.given import BOB, a_mail

AWAY = a_mail("I am out of the office until 7 December.", f"Bob <{BOB}>", "<1@v.example>", "Out of office: Pump leaks")
WORDS = a_mail("Have you tried to turn it off?", f"Bob <{BOB}>", "<1@v.example>", "Re: Pump leaks")


@pytest.mark.parametrize(
    ("raw", "sender", "outcome", "reason"),
    [
        (AWAY, "", Outcome.IGNORED, "automatic: "),
        (AWAY, BOB, Outcome.IGNORED, "automatic: "),
        (WORDS, BOB, Outcome.IGNORED, "automatic: it came to a return path, where programs answer"),
        (WORDS, "", Outcome.BOUNCE_RECORDED, "not a final failure: no failed recipient is named"),
    ],
)
def test_it_is_called_what_it_is(play, raw, sender, outcome, reason):
    number = play.open()
    play.deliver()
    token = Token(Purpose.BOUNCE, Party.VENDOR, number, 1)

    verdict = play.receive(play.desk.addresses.address(token), raw, sender)

    assert verdict.outcome is outcome
    assert verdict.reason.startswith(reason)
    assert len(play.show(number)["comments"]) == 1
    assert not play.show(number)["vendor"]["address_failing"]
