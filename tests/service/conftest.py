import pytest

from tests.given import a_play


@pytest.fixture
def play(tmp_path):
    played = a_play(tmp_path)
    yield played
    played.desk.store.close()
