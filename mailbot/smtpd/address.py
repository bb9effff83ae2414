"""Forward and reverse paths of MAIL and RCPT: text of a command in, a mailbox out. Pure, linear."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Each alternative begins with another character, so that a failing match gives up in linear time.
_TEXT = r'(?:[^<>"\\ ]|"(?:[^"\\]|\\.)*")'
_BRACKETED = re.compile(rf"<({_TEXT}*)>(?: +(.*))?\Z")
_BARE = re.compile(rf"({_TEXT}+)(?: +(.*))?\Z")
_ROUTE = re.compile(r'@[^:"]*:')
_MAILBOX = re.compile(r'((?:[^"]|"(?:[^"\\]|\\.)*")+)@([^"@]+)\Z')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_UNQUOTED_SPECIALS = re.compile(r"[()<>\[\]:;,\\ ]")
_DOMAIN = re.compile(r"[A-Za-z0-9_\-\x80-\U0010ffff]+(?:\.[A-Za-z0-9_\-\x80-\U0010ffff]+)*\Z")
_LITERAL = re.compile(r"\[[A-Za-z0-9.:\-]+\]\Z")


@dataclass(frozen=True)
class Path:
    """A parsed path (RFC 5321 section 4.1.2): quotes undone, source route dropped, spelling otherwise kept.

    The null path has an empty `local` and `domain`; `<postmaster>` an empty `domain` (section 4.1.1.3).
    `parameters` is what stands behind it in the command.
    """

    local: str
    domain: str
    parameters: str

    @property
    def address(self) -> str:
        """`local@domain`, "" for the null path, the bare local part where there is no domain."""
        return f"{self.local}@{self.domain}" if self.domain else self.local

    @property
    def asks_to_relay(self) -> bool:
        """True if the local part names another host: percent hack, bang path, a second at-sign, quoted or not.

        We issue no such local part, and who splits it further is a relay (RFC 5321 appendix F.2).
        """
        return any(mark in self.local for mark in "%!@")


def parse_path(text: str) -> Path | None:
    """Read the path that follows `FROM:` or `TO:`; None if it is malformed. `text` must be printable.

    Lenient where senders are sloppy and nothing is at stake (no brackets, a space after the colon, stray dots
    in the local part, a final dot of the domain), strict in all else.
    """
    text = text.strip(" ")
    match = (_BRACKETED if text.startswith("<") else _BARE).match(text)
    if match is None:
        return None
    inner, parameters = match[1], match[2] or ""
    return Path("", "", parameters) if not inner else _parse_mailbox(inner, parameters)


def _parse_mailbox(inner: str, parameters: str) -> Path | None:
    if inner.startswith("@"):
        # RFC 5321 section 3.3 and appendix C: a source route is recognised and ignored.
        route = _ROUTE.match(inner)
        if route is None:
            return None
        inner = inner[route.end() :]
    match = _MAILBOX.match(inner)
    raw_local, domain = (match[1], match[2].removesuffix(".")) if match else (inner, "")
    unquoted = _QUOTED.sub("", raw_local)
    if _UNQUOTED_SPECIALS.search(unquoted) or not _is_domain(domain) or (match is None and "@" in unquoted):
        return None
    local = _QUOTED.sub(lambda quoted: _ESCAPED.sub(r"\1", quoted[1]), raw_local)
    return Path(local, domain, parameters) if local else None


def _is_domain(domain: str) -> bool:
    return not domain or bool(_DOMAIN.match(domain) or _LITERAL.match(domain))
