"""Addresses of our own: which words before the plus stand for which purpose.

In: the local part of a recipient address, or a token's meaning. Out: the meaning, or the local part.
"""

from __future__ import annotations

from dataclasses import dataclass

from mailbot.core.reply_token import Purpose, Retired, Token, TokenKeys, Unknown
from mailbot.core.ticket import Party

_WORDS = {
    "reply": Purpose.REPLY,
    "close": Purpose.CLOSE,
    "keep": Purpose.KEEP,
    "confirm": Purpose.CONFIRM,
    "discard": Purpose.DISCARD,
    "bounce": Purpose.BOUNCE,
}
ROLES = ("postmaster", "abuse")
"""Local parts of the admins (RFC 2142): mail to them is always taken."""
OUR_WORDS = (*_WORDS, *ROLES)
"""Local parts that the desk needs for itself, with or without a plus."""
_PURPOSES = {purpose: word for word, purpose in _WORDS.items()}


@dataclass(frozen=True)
class Addresses:
    """Writes and reads the addresses of one desk. `domain` is its mail domain, `base_url` that of its pages."""

    domain: str
    base_url: str
    keys: TokenKeys

    def reply(self, ticket: int, party: Party, epoch: int = 0) -> str:
        """The reply address of a party; `epoch` counts how often its addresses were revoked."""
        return self.address(Token(Purpose.REPLY, party, ticket, epoch))

    def address(self, token: Token) -> str:
        """`word+TOKEN@domain` for a token that stands in an address; local part at most 40 octets."""
        return f"{_PURPOSES[token.purpose]}+{self.keys.sign(token)}@{self.domain}"

    def page(self, ticket: int, party: Party, epoch: int = 0) -> str:
        """The link to the ticket page of a party; `epoch` as for `reply`."""
        return f"{self.base_url}/t/{self.keys.sign(Token(Purpose.VIEW, party, ticket, epoch))}"

    def message_id(self, token: Token) -> str:
        """A Message-ID that we recognise as ours wherever it comes back (RFC 5322 section 3.6.4)."""
        return f"<{self.keys.sign(token)}@{self.domain}>"

    def thread_root(self, ticket: int, party: Party) -> str:
        """A Message-ID that no mail bears, to stand first in References of all mails to a party about a ticket."""
        return self.message_id(Token(Purpose.MESSAGE, party, ticket))

    def read_message_id(self, message_id: str) -> Token | None:
        """What a Message-ID of ours names; None for anybody else's, also after a relay gave it another host."""
        token = self.keys.read(message_id.strip("<> ").partition("@")[0])
        ours = isinstance(token, Token) and token.purpose in (Purpose.MESSAGE, Purpose.NOTICE)
        return token if isinstance(token, Token) and ours else None

    def read_local_part(self, local_part: str) -> Token | Retired | Unknown | None:
        """What a recipient's local part names; None when it does not look like one of our token addresses.

        A token is only good behind the word of its own purpose.
        """
        word, plus, text = local_part.partition("+")
        purpose = _WORDS.get(word.lower())
        if purpose is None or not plus:
            return None
        token = self.keys.read(text)
        if isinstance(token, Token) and token.purpose is not purpose:
            return Unknown()
        return token
