"""Words: every sentence in every language, for every state, and templates that are found faulty before a reader is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mailbot.shipped import shipped_path
from mailbot.web.pages import reader_language
from mailbot.web.template_check import verify_page_templates
from mailbot.web.wrong_links import WrongLinks
from tests.given import MovedClock

PAGES = shipped_path("templates") / "page"


def blocks(language: str) -> set[str]:
    return set(re.findall(r"{% block (\w+) %}", (PAGES / language / "words.txt").read_text()))


def test_every_language_has_the_same_sentences() -> None:
    assert blocks("de") == blocks("en")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de", "de"),
        ("DE-ch", "de"),
        ("en-GB,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5,en;q=0.4", "de"),
        ("fr", "en"),
        ("de;q=0.0, en;q=0.1", "en"),
        ("en;q=0.5,de;q=1.0", "de"),
        ("../en", "en"),
    ],
)
def test_the_reader_gets_the_language_that_his_browser_prefers(accepted: str, language: str) -> None:
    assert reader_language(accepted, None, "en") == language


def test_the_shipped_templates_have_no_fault() -> None:
    assert verify_page_templates(None) == []


def test_a_faulty_template_of_an_admin_is_named_with_its_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "page" / "en").mkdir(parents=True)
    (tmp_path / "page" / "en" / "words.txt").write_text("{# mine #}\n{% block lead %}{{ nobody.knows }}{% endblock %}")
    (tmp_path / "page" / "notice.html").write_text("<p>\n{% if %}")

    faults = verify_page_templates(str(tmp_path))

    assert any("words.txt" in fault and "line 2" in fault and "nobody" in fault for fault in faults)
    assert any("notice.html" in fault and "line 2" in fault for fault in faults)


def test_wrong_links_are_counted_in_bounded_memory() -> None:
    links = WrongLinks(MovedClock())

    for number in range(30_000):
        links.is_too_often(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}")

    assert len(links) <= 10_000


def test_a_whole_ipv6_network_is_one_client() -> None:
    links = WrongLinks(MovedClock())

    answers = [links.is_too_often(f"2001:db8::{number:x}") for number in range(101)]

    assert answers[-1] is True
    assert links.is_too_often("2001:db8:0:1::1") is False
