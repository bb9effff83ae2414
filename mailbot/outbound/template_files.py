"""The mail templates: where they are found, how strict they are, and whether they work.

A template is looked for in the admin's folder first and among the shipped ones then, file by file. `words.txt` of a
language is a list of blocks; blocks that an admin's copy leaves out are taken from the shipped one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound, UndefinedError, nodes
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mailbot.outbound.inlining import inlined
from mailbot.outbound.wording import linked, wrapped
from mailbot.shipped import shipped_path

_SHIPPED = "shipped:"
_STYLE = "style.css"


class _MailLoader(BaseLoader):
    """Finds `mail/NAME` in the admin's folder, else among the shipped; HTML comes with its CSS inlined.

    Without `inlines` (for pages, which link their stylesheet) HTML comes as it is.
    """

    def __init__(self, folders: tuple[Path, ...], *, inlines: bool = True) -> None:
        self.folders = folders
        self._inlines = inlines

    def get_source(
        self,
        environment: Environment,  # noqa: ARG002 - Jinja's signature
        template: str,
    ) -> tuple[str, str, Callable[[], bool]]:
        path = self.path_of(template)
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html" and self._inlines:
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
    def words(self, language: str) -> Mapping[str, Block | str]:
        """The blocks of a language's words.txt; one that says always the same is that text."""
        blocks: dict[str, Block | str] = {}
        for name in (f"{_SHIPPED}en/words.txt", f"{_SHIPPED}{language}/words.txt", f"{language}/words.txt"):
            try:
                template = self.get(name)
            except TemplateNotFound:
                continue
            blocks |= {block: Block(template, render) for block, render in template.blocks.items()}
            blocks |= self._constants(name)
        return blocks

    def _constants(self, name: str) -> dict[str, str]:
        source, _, _ = self.loader.get_source(self.environment, name)
        blocks = self.environment.parse(source).find_all(nodes.Block)
        texts = {block.name: list(block.find_all(nodes.Node)) for block in blocks}
        return {
            block: "".join(node.data for node in found if isinstance(node, nodes.TemplateData)).strip()
            for block, found in texts.items()
            if all(isinstance(node, nodes.Output | nodes.TemplateData) for node in found)
        }


@lru_cache(maxsize=8)
def templates_of(folder: str | None, part: Literal["mail", "page"] = "mail") -> Templates:
    """The templates of an admin's folder over the shipped ones; None for the shipped ones alone."""
    shipped = shipped_path("templates") / part
    return Templates(_MailLoader((Path(folder) / part, shipped) if folder else (shipped,), inlines=part == "mail"))


def forget_templates() -> None:
    """Drop every compiled template, so that the next mail reads the files anew (reload)."""
    templates_of.cache_clear()


@dataclass(frozen=True)
class Block:
    """A compiled block and the template that it stands in."""

    template: Template
    render: Callable[[Context], Iterable[str]]

    def text(self, variables: dict[str, Any]) -> str:
        """Render it as plain text. A context by hand is four times as quick as Template.new_context."""
        context = self.template.environment.context_class(self.template.environment, variables, self.template.name, {})
        try:
            return "".join(self.render(context)).strip()
        except Exception:  # noqa: BLE001 - raised again on the next line
            self.template.environment.handle_exception()  # with the line in words.txt


class Words:
    """One language's sentences, rendered when a template asks: `say("closed", who="Ann")`."""

    def __init__(self, templates: Templates, language: str, variables: Mapping[str, Any]) -> None:
        self._blocks = templates.words(language)
        self._variables = variables
        self._globals = templates.environment.globals

    def __call__(self, name: str, **more: Any) -> str:
        """Render one block as plain text, without white space around it."""
        block = self._blocks.get(name)
        if block is None:
            raise UndefinedError(f"words.txt has no block {name!r}")
        return block if isinstance(block, str) else block.text({**self._globals, **self._variables, **more})
