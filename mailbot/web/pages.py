"""From variables to pages: the templates of `page/`, the words of a reader's language, the static files.

In: the admin's templates folder, an Accept-Language header. Out: HTML as text. What the pages do not say in words of
their own (events, labels, dates) they say as the mails do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mailbot.outbound.template_files import Templates, Words, templates_of

Variables = dict[str, Any]
STATIC_FILES: Final = {
    "style.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_MAX_LANGUAGES = 20


class PageWords:
    """One language's sentences: the pages' own, else the mails'. `say("lead")` asks for one."""

    def __init__(self, folder: str | None, language: str, variables: Mapping[str, Any]) -> None:
        page, mail = templates_of(folder, "page"), templates_of(folder, "mail")
        self._own = Words(page, page.language(language), variables)
        self._mail = Words(mail, mail.language(language), variables)
        self._names = page.words(page.language(language))

    def __call__(self, name: str, **more: Any) -> str:
        """Render one block as plain text."""
        return (self._own if name in self._names else self._mail)(name, **more)


@dataclass(frozen=True)
class StaticFile:
    """A file that pages link: its octets, its media type, and the version that its link bears."""

    content: bytes
    media_type: str
    version: str


def reader_language(accepted: str, folder: str | None, otherwise: str) -> str:
    """The language that a browser prefers among ours (RFC 9110 section 12.5.4), else the desk's."""
    known = languages(templates_of(folder, "page"))
    wanted = [_preference(part, -place) for place, part in enumerate(accepted[:1000].split(",")[:_MAX_LANGUAGES])]
    for _, _, tag in sorted(wanted, reverse=True):
        if tag in known:
            return tag
        if tag.partition("-")[0] in known:
            return tag.partition("-")[0]
    return otherwise


@lru_cache(maxsize=8)
def languages(templates: Templates) -> frozenset[str]:
    """The languages that pages can speak: those of the shipped and the admin's folders."""
    return frozenset(found.parent.name for home in templates.loader.folders for found in home.glob("*/words.txt"))


def render(folder: str | None, name: str, variables: Variables) -> str:
    """A page's HTML."""
    return templates_of(folder, "page").get(name).render(variables)


def static_file(folder: str | None, name: str) -> StaticFile | None:
    """A file that pages may link; None for any other name."""
    return _static_file(templates_of(folder, "page"), name) if name in STATIC_FILES else None


def versions(folder: str | None) -> Mapping[str, str]:
    """The version of each static file, for the links to it."""
    templates = templates_of(folder, "page")
    return {name: _static_file(templates, name).version for name in STATIC_FILES}


@lru_cache(maxsize=32)
def _static_file(templates: Templates, name: str) -> StaticFile:
    content = Path(templates.loader.path_of(name)).read_bytes()
    return StaticFile(content, STATIC_FILES[name], hashlib.sha256(content).hexdigest()[:12])


def _preference(part: str, place: int) -> tuple[float, int, str]:
    tag, _, quality = part.partition(";")
    number = quality.strip().removeprefix("q=")
    is_number = number.replace(".", "", 1).isdecimal() and number.isascii() and len(number) <= 5
    weight = float(number) if is_number else 0.0 if number else 1.0
    return weight, place, tag.strip().lower() if weight > 0 else ""
