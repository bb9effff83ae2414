"""The token keys of a desk, in a file for its owner alone: made at the first start, read again when it changes.

Every process of the desk has to know a key before an address of that key can come back, so a rotation by the
command line is seen by a running server at its next look.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from mailbot.core.reply_token import TokenKeys, new_key, read_keys, write_key
from mailbot.errors import BadInput, ConfigError, StoreUnavailable

_HEAD = "# mailbot's token keys, one a line; the newest signs. Keep this file secret, and keep it.\n"


class KeyFile:
    """The keys of one file. StoreUnavailable when it cannot be used, ConfigError when a line of it is broken."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._seen: tuple[int, int] | None = None
        self._keys = self.keys

    @property
    def keys(self) -> TokenKeys:
        """The keys in force; costs a look at the file's date."""
        try:
            if not self._file.exists():
                self._write(_HEAD + write_key(new_key(1)), new=True)
            status = self._file.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            if stamp != self._seen:
                self._keys = read_keys(self._file.read_text("ascii"))
                self._seen = stamp
        except OSError as error:
            raise StoreUnavailable(f"the key file cannot be used: {error}") from error
        except ValueError as error:
            raise ConfigError([f"{self._file}: {error}; without the keys no reply finds its ticket"]) from error
        return self._keys

    def rotate(self) -> int:
        """Adds a fresh key, which signs from now on; the older ones stay good. The new key's number."""
        number = self.keys.newest + 1
        if number > 255:
            raise BadInput(f"{self._file} holds 255 keys already")
        self._write(self._file.read_text("ascii") + write_key(new_key(number)), new=False)
        return number

    def retire(self, number: int) -> None:
        """Ends a key: mail to its addresses is refused from now on. BadInput for the newest or an unknown one."""
        if number == self.keys.newest:
            raise BadInput(f"key {number} is the newest, which signs; rotate first")
        lines = self._file.read_text("ascii").splitlines(keepends=True)
        found = [line for line in lines if line.split()[:1] == [str(number)]]
        if not found or "retired" in found[0]:
            raise BadInput(f"{self._file} holds no key {number} in use")
        retired = found[0].replace(f"{number} ", f"{number} retired ", 1)
        self._write("".join(retired if line == found[0] else line for line in lines), new=False)

    def _write(self, text: str, *, new: bool) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial = self._file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as keys:
            keys.write(text)
            keys.flush()
            os.fsync(keys.fileno())
        if not new:
            partial.replace(self._file)
            return
        with contextlib.suppress(FileExistsError):  # the first of several processes wins
            os.link(partial, self._file)
        partial.unlink()
