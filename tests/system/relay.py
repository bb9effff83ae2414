"""A Postfix of its own: the relay that hands mail to mailbot, the smarthost that takes its mail, Maildirs.

In: a folder, and for each desk's domain the port where its mailbot listens. The parts of the configuration
that concern mailbot are read from docs/relay.md, so that what the page tells an admin is what runs here.
Nothing leaves the loopback interface: an unknown domain ends in an error, and no name is ever looked up.
"""

from __future__ import annotations

import os
import pwd
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.system.mailbox import Maildir
from tests.system.packages import path_of, superuser
from tests.system.waiting import PATIENCE_SECONDS, await_true, free_port, last_lines

REPOSITORY = Path(__file__).resolve().parents[2]
SNIPPET = re.compile(r"^```\n# /etc/postfix/(?P<name>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)

DESK, LMTP_DESK, SOCKET_DESK = "desk.example", "lmtp.desk.example", "socket.desk.example"
PEOPLE = (
    "ann@customer.example",
    "carl@customer.example",
    "bob@vendor.example",
    "eve@vendor.example",
    "dora@elsewhere.example",
    "admin@operator.example",
)
REFUSED = "refused@customer.example"

MAIN_CF = """\
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/lib
maillog_file = {home}/log/postfix.log
maillog_file_prefixes = {home}
myhostname = mx.relay.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
alias_database =
relayhost =
local_transport = error:5.1.1 nothing is local here
default_transport = error:5.1.2 no such domain here
virtual_mailbox_domains = customer.example, vendor.example, elsewhere.example, operator.example
virtual_mailbox_base = {home}/mail
virtual_mailbox_maps = texthash:{home}/etc/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
smtpd_reject_unlisted_recipient = no
smtpd_relay_restrictions = check_recipient_access texthash:{home}/etc/refused,
    permit_mynetworks, reject_unauth_destination
smtpd_peername_lookup = no
smtp_host_lookup = native
lmtp_host_lookup = native
smtp_dns_support_level = disabled
notify_classes =
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 2s
address_verify_poll_delay = 1s
"""

# Columns: name, type, private, unprivileged, chroot, wakeup, process limit, program and its arguments.
MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd -o smtpd_recipient_restrictions=
127.0.0.1:{asking_port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Relay:
    """One Postfix. `port` takes any mail; `asking_port` asks mailbot for each address first.

    `desk_port` and `lmtp_port` are where mailbot has to listen for `desk.example` and `lmtp.desk.example`.
    `settings` and `services` are further lines of main.cf and master.cf.
    """

    home: Path
    settings: str = ""
    services: str = ""
    port: int = field(default_factory=free_port)
    asking_port: int = field(default_factory=free_port)
    desk_port: int = field(default_factory=free_port)
    lmtp_port: int = field(default_factory=free_port)
    desk_tails: list[Callable[[], str]] = field(default_factory=list)

    @property
    def lmtp_socket(self) -> Path:
        """Where mailbot has to listen for `socket.desk.example`."""
        return self.home / "run" / "lmtp.sock"

    def start(self) -> None:
        """Write the configuration and start; returns when Postfix is up."""
        self._lay_out()
        self._postfix("start")
        await_true(lambda: self._starts() == 1, PATIENCE_SECONDS, "Postfix is up", self.tails)

    def stop(self) -> None:
        """End all its processes."""
        self._postfix("stop")

    @contextmanager
    def down(self) -> Iterator[None]:
        """Stopped for as long as the block lasts: its ports refuse connections."""
        self.stop()
        try:
            yield
        finally:
            started_before = self._starts()
            self._postfix("start")
            await_true(lambda: self._starts() > started_before, PATIENCE_SECONDS, "Postfix is up again", self.tails)

    def flush(self) -> None:
        """Try every queued mail again now."""
        self._privileged("postqueue", "-c", str(self.home / "etc"), "-f")

    def queued(self) -> int:
        """How many mails wait in its queue."""
        listing = self._privileged("postqueue", "-c", str(self.home / "etc"), "-j")
        return len(listing.splitlines())

    def mailbox(self, address: str) -> Maildir:
        """The Maildir where mail to one of PEOPLE ends."""
        name, domain = address.split("@")
        return Maildir(self.home / "mail" / domain / name, self.tails)

    def log(self) -> str:
        """All that Postfix logged."""
        path = self.home / "log" / "postfix.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill_smtpd(self) -> None:
        """kill -9 of the smtpd process that took the latest connection."""
        connected = re.findall(r"smtpd\[(\d+)\]: connect from", self.log())
        self._privileged("kill", "-9", connected[-1])

    def tails(self) -> str:
        """The ends of its log and of those of the desks behind it, for a failure's text."""
        own = f"--- postfix.log\n{last_lines(self.log(), 40)}"
        return "\n".join([own, *(tails() for tails in self.desk_tails)])

    def clear(self) -> None:
        """Forget all mail: queued or delivered."""
        self._privileged("postsuper", "-c", str(self.home / "etc"), "-d", "ALL")
        for address in PEOPLE:
            self.mailbox(address).clear()
        self.desk_tails.clear()

    def _lay_out(self) -> None:
        for folder in ("etc", "queue", "log", "lib", "mail", "run"):
            (self.home / folder).mkdir(mode=0o755)
        owner = pwd.getpwuid(os.getuid()) if os.getuid() else pwd.getpwnam("nobody")
        os.chown(self.home / "mail", owner.pw_uid, owner.pw_gid)
        self._privileged("chown", "postfix", str(self.home / "lib"))
        main = MAIN_CF.format(home=self.home, uid=owner.pw_uid, gid=owner.pw_gid)
        self._write("main.cf", main + "".join(self._snippets("main.cf")) + self.settings)
        master = MASTER_CF.format(port=self.port, asking_port=self.asking_port)
        self._write("master.cf", master + self.services)
        by_smtp, by_lmtp, by_socket = self._snippets("transport")
        ways = by_smtp + by_lmtp.replace(DESK, LMTP_DESK) + by_socket.replace(DESK, SOCKET_DESK)
        self._write("transport", ways)
        self._write("desk_recipients", "".join(self._snippets("desk_recipients")))
        boxes = ("{0}@{1} {1}/{0}/\n".format(*person.split("@")) for person in PEOPLE)
        self._write("mailboxes", "".join(boxes))
        self._write("refused", f"{REFUSED} 550 5.1.1 no such person\n")

    def _snippets(self, name: str) -> list[str]:
        """The blocks of docs/relay.md for one file, in order, with our folder and ports put in."""
        page = (REPOSITORY / "docs" / "relay.md").read_text()
        blocks = [hit["text"] for hit in SNIPPET.finditer(page) if hit["name"] == name]
        ours = {
            "127.0.0.1]:8025": f"127.0.0.1]:{self.desk_port}",
            "127.0.0.1:8024": f"127.0.0.1:{self.lmtp_port}",
            "/run/mailbot/lmtp.sock": str(self.lmtp_socket),
            "/etc/postfix/": f"{self.home}/etc/",
            "relay_domains = desk.example": f"relay_domains = {DESK}, {LMTP_DESK}, {SOCKET_DESK}",
        }
        for word, replacement in ours.items():
            blocks = [block.replace(word, replacement) for block in blocks]
        return blocks

    def _write(self, name: str, text: str) -> None:
        (self.home / "etc" / name).write_text(text)

    def _starts(self) -> int:
        return self.log().count("daemon started")

    def _postfix(self, verb: str) -> None:
        self._privileged(path_of("postfix"), "-c", str(self.home / "etc"), verb)

    def _privileged(self, *command: str) -> str:
        prefix = superuser()
        assert prefix is not None, "Postfix runs for root only"
        done = subprocess.run([*prefix, *command], capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}\n{self.tails()}"
        return done.stdout
