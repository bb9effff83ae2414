from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.served import Served, served


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path) as running:
        yield running
