"""The pages on security and promises cannot rot: what they name is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WRITTEN = {
    name
    for file in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", file.read_text(), re.MULTILINE)
}


@pytest.mark.parametrize("page", ["security.md", "promises.md"])
def test_every_test_that_a_page_names_exists(page: str) -> None:
    text = (ROOT / "docs" / page).read_text()
    named = set(re.findall(r"`(test_\w+)`", text))

    assert len(named) >= 15
    assert named - WRITTEN == set()


@pytest.mark.parametrize("variable", re.findall(r"(MAILBOT_\w+)=", (ROOT / "Makefile").read_text()))
def test_what_the_torture_sets_is_read_by_a_test(variable: str) -> None:
    sources = [file.read_text() for file in (ROOT / "tests").rglob("*.py")]

    assert any(f'"{variable}"' in source for source in sources)
