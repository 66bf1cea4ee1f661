"""Sessions: creating, finding and destroying them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, AsyncIterator, Mapping, Optional, Sequence, Union

from .. import records
from .._addresses import segment
from .._wire import given
from ..errors import MoorageError
from .recordings import AsyncRecording
from .transport import AsyncTransport

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..records import SessionCreate

# No backend takes longer for a start; see sessions.startTimeout of the server.
START_SECONDS = 90.0
# Without `wait_ms` the server decides how long a request waits.
CREATE_SECONDS = 300.0
# The server tried or waited as long as it was asked to. Once more is for the caller to decide.
TRIED_ENOUGH = {"no-capacity", "quota-exceeded", "session-not-created"}


class AsyncSession(records.Session):
    """A session as it was when the server told of it."""

    _transport: AsyncTransport

    @property
    def recording(self) -> Optional[AsyncRecording]:
        """What is recorded of it; None where it was not asked for with `record`."""
        return None if self.recording_id is None else AsyncRecording(self._transport, self.recording_id)


class AsyncSessions:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def create(self, *, idempotency_key: Optional[str] = None, **wishes: "Unpack[SessionCreate]") -> AsyncSession:
        """Gives a session whose browser can be used; waits in the queue for `wait_ms` if need be.

        Requests with the same `idempotency_key` make one session. A fresh one is sent by default, so that this can be
        repeated safely when a connection is lost.
        """
        wait_ms = wishes.get("wait_ms")
        data = await self._transport.json(
            "POST",
            "/v1/sessions",
            given(**wishes),
            headers={"idempotency-key": idempotency_key or str(uuid.uuid4())},
            timeout=CREATE_SECONDS if wait_ms is None else wait_ms / 1000 + START_SECONDS,
            may_repeat=lambda error: (
                (error.retryable or error.code == "connection-lost") and error.code not in TRIED_ENOUGH
            ),
        )
        return self._session(data)

    async def get(self, session_id: str) -> AsyncSession:
        return self._session(await self._transport.json("GET", _path(session_id)))

    async def list(
        self,
        *,
        status: Union[None, str, Sequence[str]] = None,
        tags: Optional[Mapping[str, str]] = None,
        limit: Optional[int] = None,
    ) -> AsyncIterator[AsyncSession]:
        """Every session, newest first, fetched page by page. They carry no addresses: `get` does."""
        cursor: Optional[str] = None
        while True:
            page = await self._transport.json(
                "GET",
                "/v1/sessions",
                query={
                    "status": status,
                    "tag": [f"{name}={value}" for name, value in (tags or {}).items()],
                    "limit": limit,
                    "cursor": cursor,
                },
            )
            for item in page["data"]:
                yield self._session(item)
            cursor = page["nextCursor"]
            if cursor is None:
                return

    async def destroy(self, session_id: str) -> None:
        """Ends a session; returns when everything of it is gone. One that is gone or forgotten is fine."""
        try:
            await self._transport.json(
                "DELETE",
                _path(session_id),
                timeout=START_SECONDS,
                may_repeat=lambda error: error.code == "connection-lost",
            )
        except MoorageError as error:
            if error.code != "session-not-found":
                raise

    def _session(self, data: Mapping[str, Any]) -> AsyncSession:
        session = AsyncSession.of(data)
        object.__setattr__(session, "_transport", self._transport)
        return session


def _path(session_id: str) -> str:
    return f"/v1/sessions/{segment(session_id)}"
