"""The templates in use: a copy of the admin's folder, made when it was found good, so that he can edit in peace.

Workers start whenever they are needed and read their files then. Without a copy, a file that is being edited, or is
broken and was refused at reload, would be read by the next worker.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from mailbot.config import Config
from mailbot.errors import StoreUnavailable

_KEPT = 5
"""Copies that stay: other processes on this folder may still use an older one."""


def keep_templates(config: Config) -> Config:
    """The config with its templates folder replaced by a copy in the data folder, named by what it holds."""
    folder = config.desk.templates
    if folder is None:
        return config
    try:
        kept = _copied(folder, config.desk.data_dir / "templates")
    except OSError as error:
        raise StoreUnavailable(f"the templates in {folder} cannot be copied: {error}") from error
    return replace(config, desk=replace(config.desk, templates=kept))


def _copied(folder: Path, home: Path) -> Path:
    copy = home / _digest(folder)
    if copy.is_dir():
        copy.touch()
        return copy
    home.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.mkdir(mode=0o700, exist_ok=True)
    partial = copy.with_suffix(f".{os.getpid()}")
    shutil.rmtree(partial, ignore_errors=True)
    for file in _files(folder):
        target = partial / file.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    partial.mkdir(exist_ok=True)
    if copy.is_dir():  # another process was faster
        shutil.rmtree(partial)
    else:
        partial.rename(copy)
    for old in sorted(home.iterdir(), key=lambda one: one.stat().st_mtime, reverse=True)[_KEPT:]:
        shutil.rmtree(old)
    return copy


def _digest(folder: Path) -> str:
    seen = sha256()
    for file in _files(folder):
        seen.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
        seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


def _files(folder: Path) -> Iterator[Path]:
    """The files below mail/ and page/, in a fixed order."""
    found = (file for part in ("mail", "page") for file in (folder / part).rglob("*"))
    return iter(sorted(file for file in found if file.is_file()))
