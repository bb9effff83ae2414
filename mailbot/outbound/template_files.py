"""The mail templates: where they are found, how strict they are, and whether they work.

A template is looked for in the admin's folder first and among the shipped ones then, file by file. `words.txt` of a
language is a list of blocks; blocks that an admin's copy leaves out are taken from the shipped one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.outbound.inlining import inlined
from mailbot.outbound.wording import linked, wrapped
from mailbot.shipped import shipped_path

_SHIPPED = "shipped:"
_STYLE = "style.css"


class _MailLoader(BaseLoader):
    """Finds `mail/NAME` in the admin's folder, else among the shipped; HTML comes with its CSS inlined."""

    def __init__(self, folders: tuple[Path, ...]) -> None:
        self.folders = folders

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - Jinja's signature
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        path = self.path_of(template)
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            source = inlined(source, self.path_of(_STYLE).read_text(encoding="utf-8"))
        return source, str(path), lambda: True

    def path_of(self, name: str) -> Path:
        """Find a template's file; "shipped:NAME" passes by the admin's folder."""
        folders = self.folders[-1:] if name.startswith(_SHIPPED) else self.folders
        plain = name.removeprefix(_SHIPPED)
        if ".." not in plain.split("/"):
            for folder in folders:
                if (folder / plain).is_file():
                    return folder / plain
        raise TemplateNotFound(name)


class _MailEnvironment(ImmutableSandboxedEnvironment):
    """Sandboxed, strict about unknown names; a value's key is tried before an attribute, which is quick and safe."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)


@dataclass(frozen=True)
class Templates:
    """The mail templates of one desk, compiled when first used."""

    loader: _MailLoader

    @cached_property
    def environment(self) -> Environment:
        """Jinja's environment: HTML is escaped by itself, everything else is plain text."""
        environment = _MailEnvironment(
            loader=self.loader,
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name) and str(name).endswith(".html"),
            auto_reload=False,
            cache_size=-1,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        environment.filters |= {"wrapped": wrapped, "linked": linked}
        return environment

    def get(self, name: str) -> Template:
        """A template by its name under `mail/`."""
        return self.environment.get_template(name)

    @lru_cache(maxsize=64)  # noqa: B019 - Templates live as long as the worker process
    def language(self, tag: str) -> str:
        """The folder for a language tag: the exact one, its language, or English."""
        for folder in (tag.lower(), tag.lower().partition("-")[0], "en"):
            try:
                self.loader.path_of(f"{folder}/words.txt")
            except TemplateNotFound:
                continue
            return folder
        raise TemplateNotFound("en/words.txt")

    @lru_cache(maxsize=64)  # noqa: B019 - see above
    def words(self, language: str) -> Mapping[str, tuple[Template, Any]]:
        """The blocks of a language's words.txt, each with the template that it stands in."""
        blocks: dict[str, tuple[Template, Any]] = {}
        for name in (f"{_SHIPPED}en/words.txt", f"{_SHIPPED}{language}/words.txt", f"{language}/words.txt"):
            try:
                template = self.get(name)
            except TemplateNotFound:
                continue
            blocks |= {block: (template, render) for block, render in template.blocks.items()}
        return blocks


@lru_cache(maxsize=8)
def templates_of(folder: str | None) -> Templates:
    """The templates of an admin's folder over the shipped ones; None for the shipped ones alone."""
    shipped = shipped_path("templates") / "mail"
    return Templates(_MailLoader((Path(folder) / "mail", shipped) if folder else (shipped,)))


def forget_templates() -> None:
    """Drop every compiled template, so that the next mail reads the files anew (reload)."""
    templates_of.cache_clear()


class Words:
    """One language's sentences, rendered when a template asks: `say("closed", who="Ann")`."""

    def __init__(self, templates: Templates, language: str, variables: Mapping[str, Any]) -> None:
        self._blocks = templates.words(language)
        self._variables = variables

    def __call__(self, name: str, **more: Any) -> str:
        """Render one block as plain text, without white space around it."""
        if name not in self._blocks:
            raise UndefinedError(f"words.txt has no block {name!r}")
        template, render = self._blocks[name]
        context = template.new_context({**self._variables, **more})
        try:
            return "".join(render(context)).strip()
        except Exception:  # noqa: BLE001 - raised again on the next line
            template.environment.handle_exception()  # raises it again, with the line in words.txt
