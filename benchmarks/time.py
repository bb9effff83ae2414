"""How fast the sweep is with many open tickets on SQLite: `python -m benchmarks.time --tickets 1000000 --due 10000`.

Builds a desk in a temporary folder whose open tickets fall due in the years to come, then measures: opening it, an
idle sweep, warnings that fall due at once, the list of what is due, and a changed plan brought to every ticket.
"""

from __future__ import annotations

import argparse
import logging
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mailbot.config import load
from mailbot.service import forecast
from mailbot.service.desk import Desk, open_desk
from mailbot.service.recompute import Recompute
from mailbot.service.sweep import sweep

OPENED = datetime(2026, 11, 23, 9, tzinfo=UTC)
SETTINGS = """
[desk]
name = "Desk"
domain = "desk.example"
admins = ["admin@operator.example"]
data_dir = "data"
[vendors.acme]
name = "Acme"
email = "bob@vendor.example"
[calendar]
timezone = "Europe/Berlin"
holidays = "DE-BY"
"""
SOONER = '[types.technical-support.inactivity]\nvendor = ["warn after 49 hours", "close after 2 days"]\n'
COLUMNS = (
    "version, type, subject, customer_name, customer_address, vendor, details, opened_at, status, last_actor,"
    " last_activity_at, steps_taken, due_at"
)


class Moved:
    """A clock that stands until it is moved."""

    at = OPENED

    def now(self) -> datetime:
        """The present."""
        return self.at

    def monotonic(self) -> float:
        """Seconds."""
        return time.monotonic()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--tickets", type=int, default=100_000)
    asked.add_argument("--due", type=int, default=10_000)
    asked.add_argument("--recompute", action="store_true", help="bring a changed plan to every ticket, too")
    args = asked.parse_args()
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), args.tickets, args.due, recompute=args.recompute)


def measure(folder: Path, count: int, due: int, *, recompute: bool) -> None:
    file = folder / "config.toml"
    file.write_text(SETTINGS)
    clock = Moved()
    desk = open_desk(load(file), clock)
    Recompute(desk).step()
    told(f"{count:,} open tickets written", timed(lambda: fill(desk, count)))
    desk.store.close()

    opened: list[Desk] = []
    told("open the desk", timed(lambda: opened.append(open_desk(load(file), clock))))
    (desk,) = opened
    told("start under the same plans", timed(lambda: Recompute(desk).step()))
    sweep(desk)
    idle = [timed(lambda: sweep(desk)) for _ in range(1000)]
    print(f"{'idle sweep':<40} {statistics.median(idle) * 1e3:9.3f} ms median, {max(idle) * 1e3:.3f} ms longest")
    told("first 1,000 of `mailbot due`", timed(lambda: forecast.coming(desk, None, 1000)))

    clock.at = OPENED + timedelta(hours=48, seconds=due - 1)
    processor = time.process_time()
    took = timed(lambda: swept(desk))
    processor = time.process_time() - processor
    rates = f"{due / took:,.0f} tickets/s ({due / processor:,.0f} a second of processor time)"
    told(f"{due:,} due warnings applied", took, rates)
    told("idle sweep again", timed(lambda: sweep(desk)))
    if recompute:
        file.write_text(SETTINGS + SOONER)
        desk.config = load(file)
        took = timed(lambda: stepped(Recompute(desk)))
        told("a changed plan for every ticket", took, f"{count / took:,.0f} tickets/s")
    desk.store.close()
    print(f"{'most memory of the process':<40} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:9.0f} MiB")


def fill(desk: Desk, count: int) -> None:
    """Open tickets, one falling due each second from 48 hours after the opening on."""
    marks = ", ".join("?" * (COLUMNS.count(",") + 1))
    with desk.store.write() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.executemany(f"INSERT INTO ticket ({COLUMNS}) VALUES ({marks})", rows(count))


def rows(count: int) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        since = f"{OPENED.replace(tzinfo=None) + timedelta(seconds=number)}.000000"
        due_at = f"{OPENED.replace(tzinfo=None) + timedelta(hours=48, seconds=number)}.000000"
        customer = f"customer{number}@customer.example"
        yield (1, "technical-support", "Pump leaks", "Ann", customer, "acme", "[]", since, "open", "customer",
               since, 0, due_at)  # fmt: skip


def swept(desk: Desk) -> None:
    while sweep(desk):
        pass


def stepped(run: Recompute) -> None:
    while run.step():
        pass


def timed(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def told(what: str, seconds: float, more: str = "") -> None:
    print(f"{what:<40} {seconds * 1e3:9.1f} ms  {more}", flush=True)


if __name__ == "__main__":
    main()
