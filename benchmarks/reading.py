"""Reading mail, beside the libraries of PyPI: how right, and in how many milliseconds.

Run from the repository's root:

    .venv/bin/python -m benchmarks.reading [--corpus DIR]

`DIR` is a folder of cases (`*/*/NAME.eml` beside `NAME.json`) with a `score.py` that offers `judge_reply`; without it
only the answers to our own mails are judged, which come from the model of mail programs in `tests/inbound`. The
peers are no dependencies: put them in a folder of their own and name it in PYTHONPATH,

    uv pip install --target DIR mail-parser-reply email-reply-parser quotequail lxml

and the table gains a row for each that can be imported.
"""

from __future__ import annotations

import argparse
import email
import importlib
import importlib.util
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mailbot.inbound.message import read
from mailbot.inbound.own_history import lines_of
from mailbot.inbound.reading import OwnHistory
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from tests.inbound.clients import CLIENTS, Typed

Reader = Callable[[bytes], str]


def text_of(raw: bytes) -> str:
    """The text part of a mail, as a peer that only takes text is given it."""
    message = email.message_from_bytes(raw)
    for kind in ("text/plain", "text/html"):
        for part in message.walk():
            if part.get_content_type() == kind:
                return part.get_payload(decode=True).decode(part.get_content_charset("utf-8"), "replace")
    return ""


def peers() -> dict[str, Reader]:
    """The readers that can be imported, ours first."""
    found: dict[str, Reader] = {"mailbot": lambda raw: read(raw).text}
    if importlib.util.find_spec("mailparser_reply"):
        parser = importlib.import_module("mailparser_reply").EmailReplyParser(
            languages=["en", "de", "fr", "it", "nl", "pl", "es", "sv", "da", "ja"]
        )
        found["mail-parser-reply"] = lambda raw: parser.parse_reply(text=text_of(raw)) or ""
    if importlib.util.find_spec("email_reply_parser"):
        other = importlib.import_module("email_reply_parser").EmailReplyParser
        found["email-reply-parser"] = lambda raw: other.parse_reply(text_of(raw))
    if importlib.util.find_spec("quotequail"):
        quail = importlib.import_module("quotequail")
        found["quotequail"] = lambda raw: "\n".join(part for kept, part in quail.quote(text_of(raw)) if kept)
    return found


def own_cases() -> list[tuple[bytes, str]]:
    """Answers to a mail of ours as each program would write them, above the quote: (mail, what was typed)."""
    ours = compose(next(one for one in example_mails("en") if one.kind.value == "reply"), None)
    top = "The valve is closed.\n\nWhen will the ring come?"
    return [(client(ours, Typed(top=top)), top) for client in CLIENTS]


def sized(size: int) -> bytes:
    """A typical answer of about `size` bytes: new words, an attribution, a quote, a signature."""
    line = "The ring of that series was too thin, we send you a new one today."
    new = "\n".join([line] * max(3, size // 300))
    quote = "\n".join(f"> {line}" for _ in range(size * 3 // 4 // len(line)))
    text = f"{new}\n\nOn Mon, Jan 5, 2026 at 9:12 AM Bob <bob@acme.example> wrote:\n\n{quote}\n\n-- \nAnn\n"
    return (
        b"From: Ann <ann@customer.example>\nSubject: Re: pump\nContent-Type: text/plain; charset=utf-8\n\n"
        + text.encode()
    )


def milliseconds(reader: Reader, raw: bytes, times: int) -> tuple[float, float]:
    """Median and 99th percentile of reading one mail."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        reader(raw)
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return statistics.median(taken), taken[min(len(taken) - 1, int(len(taken) * 0.99))]


def quality(
    reader: Reader, cases: list[tuple[dict[str, Any], bytes]], judge: Callable[[dict[str, Any], str], dict[str, Any]]
) -> str:
    """Share of exact answers, of those that lost words, and of those that let history through."""
    total = {"exact": 0, "lost": 0, "leaked": 0}
    for expected, raw in cases:
        try:
            got = reader(raw)
        except Exception:  # noqa: BLE001  # a peer that breaks on a mail has read nothing of it
            got = ""
        verdict = judge(expected, got)
        for name in total:
            total[name] += bool(verdict[name])
    return "  ".join(f"{name} {100 * count / len(cases):5.1f} %" for name, count in total.items())


def reply_cases(corpus: Path) -> list[tuple[dict[str, Any], bytes]]:
    """The judged replies of a corpus."""
    found = []
    for path in sorted(corpus.glob("*/*/*.json")):
        expected = json.loads(path.read_text())
        if expected["on_policy"] and expected["task"] == "reply":
            found.append((expected, path.with_suffix(".eml").read_bytes()))
    return found


def bounce_quality(corpus: Path) -> None:
    """Failed recipients: ours and flufl.bounce's."""
    from flufl.bounce import all_failures

    cases = []
    for path in sorted(corpus.glob("*/class-*/*.json")):
        expected = json.loads(path.read_text())
        if expected["on_policy"] and expected.get("recipient"):
            cases.append(
                (
                    {one.lower() for one in expected["recipient"] + expected.get("recipient_alt", [])},
                    path.with_suffix(".eml").read_bytes(),
                )
            )
    ours = sum(bool(good & {one.address.lower() for one in read(raw).failed_recipients}) for good, raw in cases)
    flufl = 0
    for good, raw in cases:
        temporary, permanent = all_failures(email.message_from_bytes(raw))
        flufl += bool(good & {address.decode().lower() for address in temporary | permanent})
    print(
        f"failed recipients of {len(cases)} bounces: mailbot {100 * ours / len(cases):.1f} %, flufl.bounce "
        f"{100 * flufl / len(cases):.1f} %"
    )


def main() -> None:
    """Print the tables."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--corpus", type=Path)
    corpus = arguments.parse_args().corpus
    readers = peers()
    if corpus:
        sys.path.insert(0, str(corpus))
        judge = importlib.import_module("score").judge_reply
        cases = reply_cases(corpus)
        print(f"new words of {len(cases)} replies")
        for name, reader in readers.items():
            print(f"  {name:20} {quality(reader, cases, judge)}")
        bounce_quality(corpus)
    answers = own_cases()
    print(f"answers to a mail of ours, as {len(answers)} mail programs quote it")
    ours = compose(next(one for one in example_mails("en") if one.kind.value == "reply"), None)
    known = OwnHistory(lines_of(ours), "desk.example", "https://desk.example")
    with_history: dict[str, Reader] = {"mailbot, its history": lambda raw: read(raw, own=known).text, **readers}
    for name, reader in with_history.items():
        exact = sum(reader(raw).split() == typed.split() for raw, typed in answers)
        print(f"  {name:20} exact {100 * exact / len(answers):5.1f} %")
    print("milliseconds for one mail, median and 99th percentile")
    for name, reader in readers.items():
        cells = []
        for size, times in ((2_000, 300), (20_000, 100), (1_000_000, 5)):
            if size > 100_000 and name != "mailbot":
                cells.append("         -       ")  # some peers take minutes
                continue
            cells.append("{:7.2f} {:7.2f}  ".format(*milliseconds(reader, sized(size), times)))
        print(f"  {name:20} 2 KB {cells[0]} 20 KB {cells[1]} 1 MB {cells[2]}")


if __name__ == "__main__":
    main()
