"""What the system tests need from Debian, and its installation: `python -m tests.system.packages`.

In: the programs on this machine. Out: one line that says what was found or done. Exit 1 when something is
missing and `CI=true`, else 0: the tests that need it then skip and say why (see `conftest.py`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Part:
    """A Debian package and the file that proves it is there: a program's name, or globs of paths."""

    package: str
    program: str = ""
    globs: tuple[str, ...] = ()

    def found(self) -> str | None:
        """Path of the part on this machine, or None."""
        if self.program:
            return shutil.which(self.program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        hits = (hit for pattern in self.globs for hit in Path("/usr/lib").glob(pattern))
        return next((str(hit) for hit in hits), None)


PARTS = (
    Part("postfix", "postfix"),
    Part("swaks", "swaks"),
    Part("jq", "jq"),
    Part("mutt", "mutt"),
    Part("chromium", "chromium"),
    Part("nginx-light", "nginx"),
    Part("faketime", globs=("*/faketime/libfaketime.so.1", "faketime/libfaketime.so.1")),
)

# "No configuration" leaves /etc/postfix without a main.cf, and without that file its service does not start:
# the tests run a Postfix of their own.
PRESEED = "postfix postfix/main_mailer_type select No configuration\n"


POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """Names of the packages whose part is not on this machine."""
    return [part.package for part in PARTS if part.found() is None]


def path_of(package: str) -> str:
    """Path of a package's part; LookupError when it is not there."""
    found = next((path for part in PARTS if part.package == package and (path := part.found())), None)
    if found is None:
        raise LookupError(f"{package} is not installed")
    return found


def superuser() -> list[str] | None:
    """The words before a command that needs root: none for root, sudo where it asks nothing, else None."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def in_ci(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a missing part is a failure."""
    return environment.get("CI", "").lower() == "true"


def install(packages: list[str], prefix: list[str]) -> str:
    """Install packages by apt-get without questions and without removing anything; "" or what went wrong."""
    quiet = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive"]
    if "postfix" in packages:
        subprocess.run([*quiet, "debconf-set-selections"], input=PRESEED, text=True, check=False)
    # --no-remove: postfix would else throw out the mail server that this machine may have.
    fetch = [*quiet, "apt-get", "install", "-y", "-qq", "--no-remove", "--no-install-recommends", *packages]
    with no_service_started(prefix):
        for command in ([*quiet, "apt-get", "update", "-qq"], fetch):
            done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
            if done.returncode:
                return f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-500:]}"
    return ""


@contextmanager
def no_service_started(prefix: list[str]) -> Iterator[None]:
    """While the block runs, a package that is installed starts no server: the tests run servers of their own.

    Debian asks /usr/sbin/policy-rc.d before it starts one; 101 means no. A machine that has such a file keeps it.
    """
    if POLICY.exists():
        yield
        return
    write = f"printf '#!/bin/sh\nexit 101\n' > {POLICY} && chmod 755 {POLICY}"
    subprocess.run([*prefix, "sh", "-c", write], check=True)
    try:
        yield
    finally:
        subprocess.run([*prefix, "rm", "-f", str(POLICY)], check=True)


def provide() -> tuple[bool, str]:
    """Install what is missing where that is possible: whether all is there now, and the line to print."""
    wanted = missing()
    if not wanted:
        return True, f"all there: {', '.join(part.package for part in PARTS)}"
    if shutil.which("apt-get") is None:
        return False, f"MISSING {', '.join(wanted)}; this is no Debian, so nothing was installed"
    prefix = superuser()
    if prefix is None:
        return False, f"MISSING {', '.join(wanted)}; installing needs root or sudo without a password"
    fault = install(wanted, prefix)
    still = missing()
    if still:
        return False, f"MISSING {', '.join(still)}; {fault or 'installed, and still not found'}"
    return True, f"installed {', '.join(wanted)}"


def main() -> int:
    """Print the line; the exit status of the command."""
    complete, line = provide()
    if not complete:
        line += "; the system tests " + ("fail (CI=true)" if in_ci() else "that need it will be skipped")
    print(f"system test packages: {line}", file=sys.stdout if complete else sys.stderr)
    return 1 if not complete and in_ci() else 0


if __name__ == "__main__":
    sys.exit(main())
