"""Answers to other people's mails, by eighteen forms of quoting in 29 languages: what was typed comes back exactly."""

from collections.abc import Callable

import pytest

from mailbot.inbound.message import read
from mailbot.inbound.reading import MailKind
from tests.inbound.foreign_mails import CLIENTS, TONGUES, Tongue


@pytest.mark.parametrize("tongue", TONGUES, ids=lambda tongue: tongue.code)
@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.__name__)
def test_what_was_typed_above_a_foreign_mail_comes_back_exactly(
    client: Callable[[Tongue], bytes], tongue: Tongue
) -> None:
    reading = read(client(tongue))

    assert reading.text == tongue.new
    assert reading.kind is MailKind.HUMAN
