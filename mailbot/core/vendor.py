"""A vendor: one side of many tickets."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vendor:
    """One vendor. `also` lists addresses and domains that speak for it; `contact` is a line for its customers."""

    id: str
    name: str
    email: str = ""
    ticket_email: str = ""
    also: tuple[str, ...] = ()
    contact: str = ""
    timezone: str = ""
    language: str = ""

    @property
    def address(self) -> str:
        """Where its tickets go: `ticket_email` if given, else `email`; "" when neither is on file."""
        return self.ticket_email or self.email
