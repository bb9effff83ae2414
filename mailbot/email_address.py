"""Email addresses that an admin, a page or a command gives: checked by email-validator, without DNS.

The addresses in arriving mail are read by `inbound`; what is stored as a party's address passes here first.
"""

from __future__ import annotations

import email_validator
from email_validator import EmailNotValidError, validate_email

from mailbot.errors import BadInput

# A desk inside a company's own network lives on such names.
_PRIVATE = {"local", "localhost", "test"}
email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [
    name for name in email_validator.SPECIAL_USE_DOMAIN_NAMES if name not in _PRIVATE
]


def valid_address(text: str) -> str:
    """The address, domain in lower case. BadInput says what is wrong with it."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    except EmailNotValidError as error:
        raise BadInput(f"{text.strip()!r} is no email address: {error}") from error
    return found.normalized
