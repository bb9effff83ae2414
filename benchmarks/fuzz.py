"""Fuzzing of the reader: `python -m benchmarks.fuzz [SECONDS]`, coverage-guided by atheris.

atheris is not among the pinned dependencies; `python -m pip install atheris` puts it into the same environment.
In: the strange mails of the tests as a start. Out: nothing when all is well; a mail at which the reader raises, or
for which it takes longer than it may, is kept as a file in tests/mails, where the tests read it from then on.
"""

from __future__ import annotations

import sys
import time
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

MAILS: Final = Path(__file__).parents[1] / "tests" / "mails"
MAX_CPU_SECONDS: Final = 2.0
"""For at most `MAX_OCTETS`, slowed several times by the counting of branches."""
MAX_OCTETS: Final = 16_384


def keep(raw: bytes) -> Path:
    """Write a mail that broke the reader where the tests find it."""
    kept = MAILS / f"fuzzed-{sha256(raw).hexdigest()[:12]}.eml"
    kept.write_bytes(raw)
    return kept


def main() -> int:
    """Fuzz for so many seconds (default 120); 1 when something broke or atheris is missing."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 120
    try:
        atheris = import_module("atheris")
    except ImportError:
        print("atheris is not installed: python -m pip install atheris", file=sys.stderr)
        return 1
    with atheris.instrument_imports(include=["mailbot"]):
        from mailbot.inbound.message import read
        from tests.inbound.test_mutated_mails import SEEDS, assert_storable

    def one_mail(raw: bytes) -> None:
        began = time.process_time()
        try:
            assert_storable(read(raw))
        except Exception:
            print(f"raised: {keep(raw)}", file=sys.stderr)
            raise
        if time.process_time() - began > MAX_CPU_SECONDS:
            print(f"slow: {keep(raw)}", file=sys.stderr)
            raise TimeoutError

    with TemporaryDirectory() as found, TemporaryDirectory() as seeds:
        for number, seed in enumerate(SEEDS):
            (Path(seeds) / str(number)).write_bytes(seed)
        options = [f"-max_total_time={seconds}", f"-max_len={MAX_OCTETS}", "-verbosity=0", "-print_final_stats=1"]
        atheris.Setup(["fuzz", *options, f"-artifact_prefix={found}/", found, seeds], one_mail)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
