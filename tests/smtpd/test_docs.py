"""docs/port.md cannot rot: what it names is there."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent


def test_every_test_that_the_page_on_the_port_names_exists():
    named = set(re.findall(r"`(test_\w+)`", (HERE.parents[1] / "docs" / "port.md").read_text()))
    written = {
        name
        for file in HERE.parent.rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE)
    }

    assert len(named) > 30
    assert named <= written
