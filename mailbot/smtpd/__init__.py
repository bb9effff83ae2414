"""The SMTP and LMTP door: octets of relays come in, whole mails go to the service, and 250 means stored.

`listener` opens the port, `connection` is the life of one connection, `conversation` the meaning of its
commands, `arrival` one mail in DATA. Pure: `address`, `parameters`, `dot_stream`, `answers`, `limits`, `traces`.
"""

from mailbot.smtpd.limits import PortLimits
from mailbot.smtpd.listener import Listener, PortSettings

__all__ = ["Listener", "PortLimits", "PortSettings"]
