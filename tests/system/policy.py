"""What Postfix's smtpd asks at each stage of a dialogue, answered as a test wants it (SMTPD_POLICY_README).

In: for a stage (CONNECT, EHLO, MAIL, RCPT, DATA, END-OF-MESSAGE) and maybe a recipient, the action to answer. Out: a
real Postfix that greylists, refuses or falls silent there, for as long as the rule stands.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

HANG = "hang"
"""No answer at all, until the rule is taken away."""

STAGES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END-OF-MESSAGE")

SETTINGS = """\
asks = check_policy_service inet:127.0.0.1:{port}
smtpd_policy_service_timeout = 30s
"""

OPTIONS = (
    "-o smtpd_delay_reject=no -o smtpd_client_restrictions=$asks -o smtpd_helo_restrictions=$asks "
    "-o smtpd_sender_restrictions=$asks -o smtpd_recipient_restrictions=$asks -o smtpd_data_restrictions=$asks "
    "-o smtpd_end_of_data_restrictions=$asks -o smtpd_helo_required=yes"
)
"""For an smtpd in master.cf: ask at every stage, and act on the answer at once."""


class Policy:
    """The server that Postfix asks. Without a rule everything is allowed."""

    def __init__(self) -> None:
        self._rule: tuple[str, str, str] | None = None
        self._changed = threading.Condition()
        self._hanging = 0
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def hanging(self) -> int:
        """How many questions wait for an answer."""
        return self._hanging

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Answer what hangs, and end."""
        self._rule_is(None)
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @contextmanager
    def rule(self, stage: str, action: str, recipient: str = "") -> Iterator[None]:
        """While the block lasts, `action` is what happens at a stage, to one recipient or to all."""
        self._rule_is((stage, action, recipient))
        try:
            yield
        finally:
            self._rule_is(None)

    def _rule_is(self, rule: tuple[str, str, str] | None) -> None:
        with self._changed:
            self._rule = rule
            self._changed.notify_all()

    def _action(self, question: Mapping[str, str]) -> str:
        with self._changed:
            if self._matches(question) == HANG:
                self._hanging += 1
                self._changed.wait_for(lambda: self._rule is None)
                self._hanging -= 1
            return self._matches(question)

    def _matches(self, question: Mapping[str, str]) -> str:
        if self._rule is None:
            return "DUNNO"
        stage, action, recipient = self._rule
        asked = question.get("protocol_state"), question.get("recipient", "")
        return action if asked in ((stage, recipient), (stage, recipient or asked[1])) else "DUNNO"

    def _handler(self) -> type[socketserver.StreamRequestHandler]:
        policy = self

        class Asked(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                question: dict[str, str] = {}
                for line in self.rfile:
                    name, _, value = line.decode().rstrip("\n").partition("=")
                    if name:
                        question[name] = value
                        continue
                    self.wfile.write(f"action={policy._action(question)}\n\n".encode())
                    question = {}

        return Asked
