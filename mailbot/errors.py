"""The exception tree: broken promises and the outside. Expected ends are values, not exceptions."""

from __future__ import annotations


class MailbotError(Exception):
    """Something that a person has to mend. The message says what, where and what next; `exit_code` is of sysexits."""

    exit_code = 70


class ConfigError(MailbotError):
    """The configuration cannot be used. `faults` are readable lines, all that were found."""

    exit_code = 78

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class StoreUnavailable(MailbotError):
    """The database or the data folder cannot be used now; nothing was written."""

    exit_code = 75


class NewerDatabase(MailbotError):
    """The database bears a revision that this version does not know."""

    exit_code = 78


class NotFound(MailbotError):
    """No such ticket, vendor, type or mail."""

    exit_code = 66


class BadInput(MailbotError):
    """An argument that cannot be used, e.g. an email address that is none."""

    exit_code = 65


class NotPermitted(MailbotError):
    """The desk's rules do not allow it."""

    exit_code = 77


class Conflict(MailbotError):
    """Somebody else changed the same row first, several times in a row; try again."""

    exit_code = 75
