"""Every bound of the SMTP and LMTP port, in one value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PortLimits:
    """What one connection, one mail and all of them together may cost. Timeouts are in seconds.

    - `command_timeout` bounds the wait for one whole command line, `data_timeout` a whole DATA (RFC 5321
      section 4.5.3.2 asks for at least 300 and 600), `proxy_timeout` a PROXY header, which a proxy sends at once.
    - `max_line_bytes` bounds a line of a mail, without its CRLF; a longer command line ends the session.
    - `max_errors` counts refused commands since the last mail that was stored.
    - `max_idle_commands` counts commands that bring no mail nearer (NOOP, RSET, VRFY, HELP, greetings) since then.
    - `max_buffered_bytes` bounds the mails of all connections that are arriving or being stored.
    - `max_discarded_bytes` bounds how far a mail that is refused already is read on towards its final dot.
    """

    max_message_bytes: int = 25_000_000
    max_recipients: int = 100
    command_timeout: float = 300
    data_timeout: float = 600
    proxy_timeout: float = 10
    max_connections: int = 200
    max_connections_per_peer: int = 100
    max_command_bytes: int = 4096
    max_line_bytes: int = 65_536
    max_errors: int = 20
    max_idle_commands: int = 100
    max_hops: int = 50
    max_buffered_bytes: int = 268_435_456
    max_discarded_bytes: int = 104_857_600
