"""mailbot as an admin runs it: a config.toml, the real process, the command line beside it.

In: a folder, ports, and what a test wants otherwise in the configuration. Out: a process to start and end.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.system.relay import DESK
from tests.system.waiting import PATIENCE_SECONDS, await_true, free_port, last_lines

MAILBOT = str(Path(sys.executable).with_name("mailbot"))
NOT_THERE = 66  # EX_NOINPUT: no such ticket
Settings = Mapping[str, Any]


def desk_settings(data_dir: Path, smarthost_port: int) -> dict[str, Any]:
    """The configuration that a test starts from: one desk, two vendors, two types; all ports on loopback."""
    web_port = free_port()
    return {
        "desk": {
            "name": "Desk",
            "domain": DESK,
            "admins": ["admin@operator.example"],
            "data_dir": str(data_dir),
            "base_url": f"http://127.0.0.1:{web_port}",
        },
        "smtp": {"listen": f"127.0.0.1:{free_port()}"},
        "web": {"listen": f"127.0.0.1:{web_port}"},
        "capture": {"listen": f"127.0.0.1:{free_port()}"},
        "smarthost": {
            "url": f"smtp://127.0.0.1:{smarthost_port}",
            "retry_first": "0.2 seconds",
            "retry_longest": "1 second",
        },
        "vendors": {
            "acme": {"name": "Acme", "email": "bob@vendor.example"},
            "elsewhere": {"name": "Elsewhere", "email": "dora@elsewhere.example"},
        },
        "types": {"technical-support": {"label": "Technical support"}, "refund": {"label": "Refund"}},
        "intake": {"support": {"vendor": "acme", "type": "technical-support"}},
    }


def merged(settings: Settings, changes: Settings) -> dict[str, Any]:
    """Settings with changes laid over them, table by table."""
    result = dict(settings)
    for key, value in changes.items():
        both_tables = isinstance(value, Mapping) and isinstance(result.get(key), Mapping)
        result[key] = merged(result[key], value) if both_tables else value
    return result


def as_toml(settings: Settings, path: tuple[str, ...] = ()) -> str:
    """Settings as TOML: strings, numbers, booleans, lists of these, and tables."""
    plain = {key: value for key, value in settings.items() if not isinstance(value, Mapping)}
    lines = [f"[{'.'.join(map(json.dumps, path))}]"] if path else []
    lines += [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in plain.items()]
    tables = [as_toml(value, (*path, key)) for key, value in settings.items() if isinstance(value, Mapping)]
    return "\n".join(lines) + "\n" + "".join(tables)


@dataclass
class Desk:
    """One mailbot on its folder. `settings` are written to config.toml when it is made."""

    folder: Path
    settings: Settings
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    program: str = MAILBOT
    server: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.configure(self.settings)

    def configure(self, settings: Settings) -> None:
        """Write other settings; they count from the next start."""
        self.settings = settings
        self.config.write_text(as_toml(settings))

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def data_dir(self) -> Path:
        return Path(self.settings["desk"]["data_dir"])

    @property
    def database(self) -> Path:
        return self.data_dir / "mailbot.db"

    @property
    def smtp_port(self) -> int:
        return int(self.settings["smtp"]["listen"].rpartition(":")[2])

    def start(self) -> None:
        """Start the server; returns when it says that it is ready."""
        self.launch()
        await_true(self._is_ready, PATIENCE_SECONDS, "mailbot is ready", self.tails)

    def launch(self) -> None:
        """Start the server, and do not wait for it."""
        assert self.server is None, "it runs already"
        self.starts += 1
        with self._log_file.open("wb") as log:
            command = [self.program, "serve", "--config", str(self.config)]
            self.server = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self.environment,
                cwd=self.folder,
                start_new_session=True,
            )

    def stop(self) -> None:
        """Ask it to end, as systemd does, and check that it ends well."""
        assert self.server is not None
        server, self.server = self.server, None
        server.terminate()
        status = server.wait(timeout=30)
        self._see_its_group_end(server.pid)
        assert status == 0, f"mailbot ended with {status}\n{self.tails()}"

    def kill(self) -> None:
        """kill -9 of the server alone; its workers have to notice by themselves."""
        assert self.server is not None
        server, self.server = self.server, None
        server.kill()
        server.wait(timeout=30)
        self._see_its_group_end(server.pid)

    def clean_up(self) -> None:
        """End whatever is left of it, workers included."""
        if self.server is None:
            return
        server, self.server = self.server, None
        if not _is_empty(server.pid):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(timeout=30)

    def run(self, *words: str, stdin: bytes = b"", config: bool = True) -> subprocess.CompletedProcess[bytes]:
        """Run a command of mailbot's command line, `--config` after its words."""
        tail = ["--config", str(self.config)] if config else []
        return subprocess.run(
            [self.program, *words, *tail],
            input=stdin,
            capture_output=True,
            env=self.environment,
            cwd=self.folder,
            timeout=60,
        )

    def ask(self, *words: str, stdin: bytes = b"") -> Any:
        """Run a command that answers in JSON; the answer. It has to end well."""
        done = self.run(*words, "--json", stdin=stdin)
        assert done.returncode == 0, f"{words} ended with {done.returncode}: {done.stderr.decode()}\n{self.tails()}"
        return json.loads(done.stdout)

    def ticket(self, number: int = 1001) -> Any:
        """`ticket show` of a ticket."""
        return self.ask("ticket", "show", str(number))

    def await_ticket(self, probe: Callable[[Any], bool], what: str, number: int = 1001) -> Any:
        """The ticket as soon as it is there and `probe` is true of it."""
        seen: Any = None

        def is_so() -> bool:
            nonlocal seen
            done = self.run("ticket", "show", str(number), "--json")
            assert done.returncode in (0, NOT_THERE), done.stderr.decode()
            seen = json.loads(done.stdout) if done.returncode == 0 else None
            return seen is not None and probe(seen)

        await_true(is_so, PATIENCE_SECONDS, what, self.tails)
        return seen

    def log(self) -> str:
        """What the server wrote since its latest start."""
        return self._log_file.read_text(errors="replace") if self._log_file.exists() else ""

    def tails(self) -> str:
        """The end of its log, for a failure's text."""
        return f"--- mailbot, start {self.starts}\n{last_lines(self.log(), 60)}"

    def _see_its_group_end(self, group: int) -> None:
        """Check that no worker outlives the server for long; what does is killed, and the test fails."""
        try:
            await_true(lambda: _is_empty(group), PATIENCE_SECONDS, "mailbot's workers are gone", self.tails)
        except AssertionError:
            os.killpg(group, signal.SIGKILL)
            raise

    @property
    def _log_file(self) -> Path:
        return self.folder / f"mailbot.{self.starts}.log"

    def _is_ready(self) -> bool:
        assert self.server is not None
        status = self.server.poll()
        assert status is None, f"mailbot ended with {status} instead of being ready\n{self.tails()}"
        return "ready" in self.log()


def _is_empty(group: int) -> bool:
    """Whether no process of a group lives. Dead ones that nobody has reaped count as gone: some inits take seconds."""
    return not any(_lives_in(group, stat) for stat in Path("/proc").glob("[0-9]*/stat"))


def _lives_in(group: int, stat: Path) -> bool:
    try:
        state, _, its_group = stat.read_text().rpartition(")")[2].split()[:3]  # proc(5): after the name in brackets
    except (FileNotFoundError, ProcessLookupError):
        return False  # it ended while we looked
    return int(its_group) == group and state not in "ZX"
