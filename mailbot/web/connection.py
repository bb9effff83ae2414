"""One HTTP connection with bounds on its time: uvicorn's own, which waits for ever for a request that never comes."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_HEAD_SECONDS: Final = 20.0


class BoundedConnection(H11Protocol):
    """Closes when the head of a request (the first or a later one) is not complete in time."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # uvicorn's signature
        """Starts to wait for the first request."""
        super().connection_made(transport)
        self._await_head()

    def on_response_complete(self) -> None:
        """Starts to wait for the next request."""
        self._await_head()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Waits no longer."""
        if self._head_timer is not None:
            self._head_timer.cancel()
        super().connection_lost(exc)

    def close_if_idle(self) -> None:
        """Closes the connection unless a request is being answered."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()

    def _await_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
        self._head_timer = self.loop.call_later(REQUEST_HEAD_SECONDS, self.close_if_idle)
