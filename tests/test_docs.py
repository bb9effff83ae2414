"""Docs that cannot rot: commands, config keys and links in README and docs are those of the program."""

import dataclasses
import re
from pathlib import Path

import click
import pytest

from mailbot.__main__ import COMMANDS, mailbot
from mailbot.config_sections import SECTIONS, IntakeSection, VendorSection

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXT = {page: page.read_text() for page in PAGES}
_CONTEXT = click.Context(mailbot)


def command_named(words: list[str]) -> bool:
    """Whether words begin with a command, and with a sub-command where there are some."""
    command = mailbot.get_command(_CONTEXT, words[0])
    if isinstance(command, click.Group):
        return len(words) == 1 or words[1] in command.commands
    return command is not None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_that_a_page_shows_is_one(page):
    shown = re.findall(r"(?:`|\$ |/)mailbot ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", TEXT[page])

    assert [words for words in shown if not command_named(words.split())] == []


def test_every_command_is_told_somewhere():
    everything = "\n".join(TEXT.values())

    assert [name for name in COMMANDS if f"mailbot {name}" not in everything] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_config_key_that_a_page_names_is_one(page):
    keys = {name: {field.name for field in dataclasses.fields(kind)} for name, kind in SECTIONS.items()}
    keys |= {
        "vendors": {field.name for field in dataclasses.fields(VendorSection)},
        "intake": {field.name for field in dataclasses.fields(IntakeSection)},
    }
    named = re.findall(r"`\[([a-z]+)\] ([a-z_]+)", TEXT[page])

    assert [(section, key) for section, key in named if section in keys and key not in keys[section]] == []
    assert [section for section, _ in named if section not in {*keys, "types"}] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page):
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", TEXT[page])

    assert [link for link in links if not (page.parent / link).exists()] == []
