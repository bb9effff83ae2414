"""The order of the tests: the quick ones first; browsers last, since Playwright keeps an event loop running."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: ("/system/" in item.nodeid) + ("/system/pages/" in item.nodeid))
