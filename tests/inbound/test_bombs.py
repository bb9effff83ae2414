"""Mails that are made to hurt: each is read to a definite end, in bounded time and memory; large ones are just read."""

import base64
from collections.abc import Callable, Iterator

import pytest

from tests.inbound.bombs import SCALE, Bomb, bombs
from tests.inbound.test_any_bytes import REPEATED, SIZE
from tests.inbound.worker_cost import SHIPPED, MeasuredWorker, measured_worker

MAX_SECONDS = 3.0
"""Of this machine's processor, on which nobody else can slow it down."""
MAX_GROWTH_MIB = 150
MAX_TIMES_ITS_SIZE = 10
KILLED_AT_FULL_SIZE = frozenset(["octets of every kind"])
"""What may take more than a worker's share at the largest size that the port takes."""
HEAD = b"From: Ann <ann@customer.example>\r\nSubject: Re: pump\r\nMIME-Version: 1.0\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee there.\r\n"


@pytest.fixture(scope="module")
def worker() -> Iterator[MeasuredWorker]:
    with measured_worker() as one:
        yield one


@pytest.mark.parametrize(("name", "bomb"), list(bombs()), ids=[name for name, _ in bombs()])
def test_a_bomb_comes_to_its_end_in_time_and_memory(worker: MeasuredWorker, name: str, bomb: Bomb) -> None:
    cost = worker.cost_of(bomb())

    assert cost.seconds < MAX_SECONDS
    assert cost.mib <= MAX_GROWTH_MIB
    assert cost.reading or (SCALE >= 1 and name in KILLED_AT_FULL_SIZE), "it has to be read within a worker's share"


def test_there_are_more_than_a_hundred_kinds() -> None:
    assert len({name for name, _ in bombs()}) > 100


@pytest.mark.parametrize("what", REPEATED)
def test_a_megabyte_of_one_thing_takes_less_than_ten_times_its_size(what: str) -> None:
    head, piece = REPEATED[what]
    raw = head + (piece * (SIZE // len(piece) + 1))[:SIZE]

    with measured_worker() as fresh:  # not one that has the memory from before
        cost = fresh.cost_of(raw)

    assert cost.reading
    assert cost.mib * 2**20 < MAX_TIMES_ITS_SIZE * len(raw)


def attached(name: str, media_type: str, content: bytes) -> bytes:
    head = f"--b\r\nContent-Type: {media_type}; name={name}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


def photos() -> bytes:
    return MIXED + b"".join(attached(f"{n}.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(3_000_000)) for n in range(6))


def archive() -> bytes:
    return MIXED + attached("drawings.zip", "application/zip", b"PK\x03\x04" + bytes(18_500_000))


def text(line: str, coding: str = "8bit") -> bytes:
    octets = line.encode() * (20_000_000 // len(line.encode()))
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {coding}\r\n\r\n"
    return HEAD + head.encode() + (base64.encodebytes(octets[:15_000_000]) if coding == "base64" else octets)


LARGE: dict[str, tuple[Callable[[], bytes], int, str]] = {
    "six photos": (photos, 6, "See there."),
    "an archive": (archive, 1, "See there."),
    "20 MB of text": (lambda: text("The ring of that series was too thin.\r\n"), 0, "too thin."),
    "20 MB of German": (lambda: text("Der Ring dieser Serie war zu dünn.\r\n"), 0, "zu dünn."),
    "20 MB of Russian": (lambda: text("Кольцо этой серии было слишком тонким.\r\n"), 0, "тонким."),
    "base64 of text": (lambda: text("The ring of that series was too thin.\r\n", "base64"), 0, "The ring"),
    "20 MB of HTML": (
        lambda: HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>The ring is <b>thin</b>.</p>\r\n" * 600_000,
        0,
        "thin",
    ),
}


@pytest.mark.parametrize("what", LARGE)
def test_a_large_mail_of_a_person_is_read_within_a_workers_share(worker: MeasuredWorker, what: str) -> None:
    build, files, words = LARGE[what]
    raw = build()

    cost = worker.cost_of(raw)

    assert SHIPPED.reading_memory == MAX_GROWTH_MIB * 2**20
    assert cost.reading, "killed"
    assert len(cost.reading.attachments) == files
    assert words in cost.reading.text[:100]
    assert words in cost.reading.text[-100:]
    assert len(cost.reading.text) + sum(len(file.content) for file in cost.reading.attachments) > len(raw) / 3
    assert cost.mib <= MAX_GROWTH_MIB
