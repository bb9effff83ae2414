import logging
import sys

from mailbot.core.reply_token import Key, Purpose, Token, TokenKeys
from mailbot.core.ticket import Party
from mailbot.logs import SafeFormatter

TOKEN = TokenKeys([Key(1, b"k" * 32)]).sign(Token(Purpose.REPLY, Party.VENDOR, 1001))


def formatted(message: str, *arguments: object) -> str:
    return SafeFormatter("%(message)s").format(logging.LogRecord("x", 20, "x", 1, message, arguments, None))


def test_a_token_is_never_whole_in_a_line():
    line = formatted("refused <reply+%s@desk.example>, see http://desk.example/t/%s", TOKEN, TOKEN.upper())

    assert TOKEN not in line.lower()
    assert line == f"refused <reply+{TOKEN[:8]}…@desk.example>, see http://desk.example/t/{TOKEN[:8].upper()}…"


def test_what_moves_a_cursor_is_escaped():
    assert formatted("a\x1b[2Jb\r\u202ec") == "a\\x1b[2Jb\\x0d\\x202ec"


def test_an_event_is_one_line_and_a_trace_below_it_forges_none():
    def broken() -> None:
        raise ValueError("bad name\n2026-11-23 09:00:00 INFO mailbot.tickets ticket closed")

    try:
        broken()
    except ValueError:
        record = logging.LogRecord("x", 40, "x", 1, "mail shunted subject=%s", ("a\nINFO forged",), sys.exc_info())

    first, *trace = SafeFormatter("%(levelname)s %(message)s").format(record).split("\n")

    assert first == "ERROR mail shunted subject=a\\x0aINFO forged"
    assert len(trace) > 2
    assert all(line.startswith("  ") for line in trace)


def test_digests_and_plain_words_stay():
    assert formatted("blob %s", "f" * 64) == "blob " + "f" * 64
