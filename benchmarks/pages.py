"""How quickly the ticket page is served: `python -m benchmarks.pages` (needs Debian's wrk).

One process serves, pinned to one core; wrk asks with one connection for the page of a ticket of 200 comments over
a real socket, and prints its latency percentiles. A small ticket stands beside it for comparison.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from mailbot.core.ticket import Party
from tests.web.served import Served, served

SECONDS = 8
WORDS = "It still drips, about one cup an hour, and the screws are as tight as the manual says. " * 3


def main() -> None:
    if len(sys.argv) == 2:
        serve(Path(sys.argv[1]))
        return
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed (Debian: apt-get install wrk)")
    with tempfile.TemporaryDirectory() as folder:
        command = ["taskset", "-c", "0", sys.executable, "-m", "benchmarks.pages", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            for line in server.stdout:
                name, url, octets = line.split("|")
                print(f"{name}: {int(octets) / 1000:.0f} kB, {figures(url)}")
                if name.startswith("a ticket of 200"):
                    break
            server.send_signal(signal.SIGINT)


def serve(folder: Path) -> None:
    """Serves two tickets until SIGINT; one line for each: name, URL, octets of its page."""
    with served(folder) as here:
        for name, comments in (("a new ticket", 0), ("a ticket of 200 comments", 200)):
            url = url_of(here, comments)
            octets = len(here.ask(url.partition(str(here.port))[2]).body)
            print(f"{name}|{url}|{octets}", flush=True)
        signal.sigwait([signal.SIGINT])
        os._exit(0)


def url_of(here: Served, comments: int) -> str:
    ticket = here.open_ticket(WORDS)
    for number in range(comments):
        here.say(ticket, list(Party)[number % 2], f"{number}: {WORDS}")
    here.settle(ticket)
    return here.url(ticket)


def figures(url: str) -> str:
    """What wrk measured."""
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c1", f"-d{SECONDS}s", "--latency", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    median, last = (re.findall(rf"{share}%\s+(\S+)", said)[0] for share in (50, 99))
    rate = re.findall(r"Requests/sec:\s+(\S+)", said)[0]
    return f"median {median}, 99 % within {last}, {rate} requests a second"


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    main()
