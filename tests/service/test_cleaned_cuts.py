"""What was cut is kept, but no token of ours in it: the other party can open it."""

from mailbot.core.ticket import Grade, Party, Via
from mailbot.service.record import cleaned
from mailbot.store.tickets import Words


def test_words_are_stored_without_our_tokens_in_text_or_cuts(play):
    number = play.open()
    address = play.reply_address(number, Party.VENDOR)
    words = Words(
        text=f"Please write to {address}.",
        sender="bob@vendor.example",
        sender_name="",
        grade=Grade.ADDRESSEE,
        via=Via.MAIL,
        cuts=(("quote", f"Answer {address} or ring us"), ("signature", "--\nBob")),
    )

    stored = cleaned(play.desk, words)

    assert address not in stored.text
    assert [rule for rule, _ in stored.cuts] == ["quote", "signature"]
    assert all(address not in text for _, text in stored.cuts)
    assert "ring us" in stored.cuts[0][1]
    assert stored.cuts[1][1] == "--\nBob"
