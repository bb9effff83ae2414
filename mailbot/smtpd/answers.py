"""What the port says: one value per answer, each with its enhanced code (RFC 3463), none with a secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One answer of one line: `code` as in RFC 5321, `status` the enhanced code, `text` for a stranger."""

    code: int
    status: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.status} {self.text}"


DONE = Answer(250, "2.0.0", "done")
SENDER_TAKEN = Answer(250, "2.1.0", "sender taken")
RECIPIENT_TAKEN = Answer(250, "2.1.5", "recipient taken")
STORED = Answer(250, "2.6.0", "mail stored")
CANNOT_VERIFY = Answer(252, "2.5.0", "not verified here; send the mail and see")
HELP = Answer(214, "2.0.0", "see RFC 5321; this server only takes replies to its own mails")
GOODBYE = Answer(221, "2.0.0", "goodbye")
START_TLS = Answer(220, "2.0.0", "ready for TLS")

# RFC 5321 section 3.8 gives 421 to a server that must close.
TOO_SLOW = Answer(421, "4.4.2", "waited too long, closing")
TOO_MANY_ERRORS = Answer(421, "4.7.0", "too many errors, closing")
TOO_IDLE = Answer(421, "4.7.0", "too many commands without a mail, closing")
TOO_MANY_CONNECTIONS = Answer(421, "4.3.2", "too many connections, try again later")
TOO_MANY_FROM_PEER = Answer(421, "4.7.0", "too many connections from your address, try again later")
SHUTTING_DOWN = Answer(421, "4.3.2", "shutting down, try again later")
NOT_A_MAIL_CLIENT = Answer(421, "4.7.0", "this is no web server, closing")

FAULT = Answer(451, "4.3.0", "a fault of ours, try again later")
NO_ROOM = Answer(452, "4.3.1", "too much mail is arriving, try again later")
TOO_MANY_RECIPIENTS = Answer(452, "4.5.3", "too many recipients, send the rest in another mail")

UNKNOWN_COMMAND = Answer(500, "5.5.1", "command not known")
BAD_LINE = Answer(500, "5.5.2", "a command is one line of printable characters that ends in CRLF")
LONG_LINE = Answer(500, "5.5.2", "command line too long")
BAD_ARGUMENT = Answer(501, "5.5.4", "bad or missing argument")
NOT_IMPLEMENTED = Answer(502, "5.5.1", "command not implemented")
OUT_OF_ORDER = Answer(503, "5.5.1", "command out of order")
NO_TLS = Answer(502, "5.5.1", "TLS is not offered here")
BAD_SENDER = Answer(553, "5.1.7", "malformed sender address")
BAD_RECIPIENT = Answer(553, "5.1.3", "malformed recipient address")
NEEDS_SMTPUTF8 = Answer(553, "5.6.7", "an address beyond ASCII needs SMTPUTF8")
BAD_PARAMETER = Answer(555, "5.5.4", "parameter not known or not offered")
NO_RELAY = Answer(550, "5.7.1", "no mail is relayed here")

TOO_BIG = Answer(552, "5.3.4", "mail too big")
MAIL_LINE_TOO_LONG = Answer(554, "5.6.0", "mail has a line that is too long")
LOOPING = Answer(554, "5.4.6", "too many hops, the mail seems to loop")
