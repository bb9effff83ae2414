"""Reading mail, beside the libraries of PyPI: how right, in how many milliseconds, and in how much memory.

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
import contextlib
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
from tests.inbound.test_any_bytes import REPEATED, SIZE
from tests.inbound.test_bombs import LARGE
from tests.inbound.worker_cost import measured_worker

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
    """Median and 99th percentile of reading one mail, in processor time: a busy machine changes it little."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        reader(raw)
        taken.append((time.process_time() - began) * 1000)
    return middle_and_end(taken)


def middle_and_end(taken: list[float]) -> tuple[float, float]:
    """Median and 99th percentile."""
    taken = sorted(taken)
    return statistics.median(taken), taken[min(len(taken) - 1, int(len(taken) * 0.99))]


def many_milliseconds(reader: Reader, mails: list[bytes]) -> tuple[float, float]:
    """Median and 99th percentile over many mails, each read thrice; a peer that breaks on a mail has read it."""
    taken = []
    for raw in mails:
        with contextlib.suppress(Exception):
            reader(raw)  # what is imported or compiled at first use
        best = []
        for _ in range(3):
            began = time.process_time()
            with contextlib.suppress(Exception):
                reader(raw)
            best.append((time.process_time() - began) * 1000)
        taken.append(min(best))
    return middle_and_end(taken)


def memory() -> None:
    """What a megabyte of one thing, and an ordinary large mail, make a worker's peak grow by."""
    shapes = []
    for what, (head, piece) in REPEATED.items():
        raw = head + (piece * (SIZE // len(piece) + 1))[:SIZE]
        with measured_worker() as worker:
            shapes.append((worker.cost_of(raw).mib * 2**20 / len(raw), what))
    shapes.sort(reverse=True)
    times = ", ".join(f"{what} {size:.1f}" for size, what in shapes[:4])
    print(f"growth of a worker by {len(shapes)} kinds of one megabyte, in times its size: {times}")
    with measured_worker() as worker:
        for what, (build, _, _) in LARGE.items():
            raw = build()
            cost = worker.cost_of(raw)
            print(f"  {what:20} {len(raw) / 2**20:5.1f} MiB: {cost.seconds:.2f} s, {cost.mib:.0f} MiB")


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
    real = [path.read_bytes() for path in sorted(corpus.glob("*/*/*.eml"))] if corpus else []
    real = [raw for raw in real if 2_000 <= len(raw) <= 20_000]
    print(f"milliseconds of processor time, median and 99th percentile: {len(answers)} answers to a mail of ours,")
    print(f"{len(real)} mails of the corpus between 2 and 20 KB, made-up answers of 2 KB, 20 KB and 1 MB")
    for name, reader in readers.items():
        cells = []
        for size, times in ((2_000, 300), (20_000, 100), (1_000_000, 5)):
            if size > 100_000 and name != "mailbot":
                cells.append("         -       ")  # some peers take minutes
                continue
            cells.append("{:7.2f} {:7.2f}  ".format(*milliseconds(reader, sized(size), times)))
        ours_ms = "{:7.2f} {:7.2f} ".format(*many_milliseconds(reader, [raw for raw, _ in answers]))
        real_ms = "{:7.2f} {:7.2f} ".format(*many_milliseconds(reader, real)) if real else ""
        print(f"  {name:20} ours {ours_ms} corpus {real_ms} 2 KB {cells[0]} 20 KB {cells[1]} 1 MB {cells[2]}")
    memory()


if __name__ == "__main__":
    main()
