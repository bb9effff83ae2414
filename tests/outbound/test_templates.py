from dataclasses import replace
from pathlib import Path

import jinja2
import pytest

from mailbot.core.ticket import Kind, Party
from mailbot.outbound.compose import compose
from mailbot.outbound.example import example_mail
from mailbot.outbound.template_files import forget_templates
from mailbot.outbound.templates import languages, verify_templates
from mailbot.shipped import shipped_path
from tests.outbound.reading_mails import html_of, parsed, text_of

REPLY = example_mail(Kind.REPLY, Party.CUSTOMER)


def write(folder: Path, name: str, text: str) -> str:
    """Put one file into an admin's templates folder; returns the folder."""
    path = folder / "mail" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    forget_templates()
    return str(folder)


def test_the_shipped_templates_have_no_fault() -> None:
    assert verify_templates(None) == []


def test_english_and_german_are_complete() -> None:
    folders = [shipped_path("templates") / "mail" / language for language in ("en", "de")]
    blocks = [
        set(jinja2.Environment(autoescape=True).from_string((folder / "words.txt").read_text()).blocks)
        for folder in folders
    ]

    assert blocks[0] == blocks[1]
    assert {path.name for path in folders[0].iterdir()} == {path.name for path in folders[1].iterdir()}
    assert languages(None) == ["de", "en"]


def test_a_single_file_of_an_admin_replaces_the_shipped_one(tmp_path: Path) -> None:
    folder = write(tmp_path, "en/reply.txt", "News from {{ who }} for #{{ number }}!")

    assert "\nNews from Bob Carter (Acme) for #1042!\n" in text_of(parsed(compose(REPLY, folder)))
    assert verify_templates(folder) == []


def test_a_words_file_of_an_admin_needs_only_the_blocks_he_changes(tmp_path: Path) -> None:
    folder = write(tmp_path, "en/words.txt", "{% block action_page %}Look at <it>{% endblock %}")

    message = parsed(compose(REPLY, folder))

    assert "* Look at <it>:" in text_of(message)
    assert "Look at &lt;it&gt;" in html_of(message)
    assert "WHAT YOU CAN DO" in text_of(message)


def test_a_style_sheet_of_an_admin_is_inlined_into_the_shipped_templates(tmp_path: Path) -> None:
    folder = write(tmp_path, "style.css", ".reason { color: #b00020; }")

    assert '<p class="reason" style="color: #b00020;">' in html_of(parsed(compose(REPLY, folder)))


def test_a_language_that_an_admin_adds_is_used_and_lacks_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path, "fr/words.txt", "{% block heading_actions %}Que faire{% endblock %}")
    for kind in ("opened", "reply", "type_changed", "closed", "warning", "reopened"):
        write(tmp_path, f"fr/{kind}.txt", "Ticket {{ number }}.")

    shown = text_of(parsed(compose(replace(REPLY, language="fr-CA"), folder)))

    assert "QUE FAIRE" in shown
    assert "mercredi" in shown
    assert verify_templates(folder) == []


@pytest.mark.parametrize(
    ("name", "text", "line", "fault"),
    [
        ("en/reply.txt", "fine\n{{ nobody }}", 2, "'nobody' is undefined"),
        ("en/words.txt", "{% block footer %}\n\n{{ nobody }}{% endblock %}", 3, "'nobody' is undefined"),
        ("mail.html", '{% extends "frame.html" %}\n{% block content %}\n{{ entry.nope }}{% endblock %}', 3, "entry"),
        ("mail.txt", "{{ separator }}\n{% for x in y %}", 2, "Unexpected end of template"),
        ("mail.txt", "{{ paragraphs.__class__.__mro__ }}", 1, "unsafe"),
        ("mail.txt", "{{ 1 / 0 }}", 1, "division by zero"),
        ("mail.txt", '{{ say("no_such_words") }}', 1, "no block 'no_such_words'"),
    ],
)
def test_a_broken_template_is_found_with_its_file_and_line(
    tmp_path: Path, name: str, text: str, line: int, fault: str
) -> None:
    folder = write(tmp_path, name, text)

    faults = verify_templates(folder)

    assert any(f"{tmp_path}/mail/{name}, line {line}: " in found and fault in found for found in faults), faults


def test_every_broken_file_is_found_in_one_run(tmp_path: Path) -> None:
    for kind in ("opened", "reply", "closed"):
        folder = write(tmp_path, f"en/{kind}.txt", "{{ nobody }}")

    assert len(verify_templates(folder)) == 3


def test_a_style_sheet_that_cannot_be_found_or_used_is_no_silent_loss(tmp_path: Path) -> None:
    folder = write(tmp_path, "frame.html", "<html><body>{% block content %}{% endblock %}{{ oops")

    assert verify_templates(folder) != []


def test_a_template_cannot_be_read_from_outside_its_folders(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    folder = write(tmp_path, "en/reply.txt", '{% include "../secret.txt" %}')

    assert any("no such template" in fault for fault in verify_templates(folder))


def test_a_changed_file_is_read_anew_after_the_check(tmp_path: Path) -> None:
    folder = write(tmp_path, "en/reply.txt", "One.")
    compose(REPLY, folder)
    (tmp_path / "mail/en/reply.txt").write_text("Two.")

    verify_templates(folder)

    assert "\nTwo.\n" in text_of(parsed(compose(REPLY, folder)))
