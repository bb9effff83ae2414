"""Whether every mail template works: found by `mailbot check`, at start and at reload, not by a lost mail."""

from __future__ import annotations

import traceback
from pathlib import Path

from jinja2 import TemplateNotFound, TemplateSyntaxError

from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mails
from mailbot.outbound.template_files import forget_templates, templates_of


def verify_templates(templates_dir: str | None) -> list[str]:
    """Render every kind of mail in every language; list the faults, each with file, line and what is wrong.

    Reads the files anew, and so do the mails after it.
    """
    forget_templates()
    faults: dict[str, None] = {}
    for language in languages(templates_dir):
        for mail in example_mails(language):
            try:
                compose(mail, templates_dir)
            except Exception as fault:  # noqa: BLE001 - a template is an admin's program; whatever it raises is a finding
                faults[readable_fault(fault)] = None
    return list(faults)


def languages(templates_dir: str | None) -> list[str]:
    """The languages that have a folder of templates, shipped or the admin's."""
    folders = templates_of(templates_dir).loader.folders
    return sorted({words.parent.name for folder in folders for words in folder.glob("*/words.txt")})


def readable_fault(fault: Exception) -> str:
    """What a template raised, with its file and line."""
    if isinstance(fault, TemplateNotFound):
        return f"{fault.name}: no such template"
    if isinstance(fault, TemplateSyntaxError):
        return f"{fault.filename}, line {fault.lineno}: {fault.message}"
    what = f"{type(fault).__name__}: {fault}"
    for frame in reversed(traceback.extract_tb(fault.__traceback__)):
        if Path(frame.filename).suffix in (".txt", ".html"):
            return f"{frame.filename}, line {frame.lineno}: {what}"
    return what
