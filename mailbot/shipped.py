"""Where the files that mailbot ships lie: templates and the default config.toml.

In a checkout they lie at the repository's top, where an admin looks for them; in the wheel under
`mailbot/shipped/` (pyproject.toml copies them there).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


@cache
def shipped_path(name: str) -> Path:
    """Find a shipped file or folder, e.g. "templates" or "config.toml".

    Raises FileNotFoundError when the installation is broken.
    """
    for home in (_PACKAGE / "shipped", _PACKAGE.parent):
        found = home / name
        if found.exists():
            return found
    raise FileNotFoundError(f"{name} belongs to mailbot but lies neither in {_PACKAGE / 'shipped'} nor beside it")
