"""The client: one object for one server."""

from __future__ import annotations

from typing import Any, AsyncGenerator, Callable, List, Optional, Sequence

from .. import _addresses
from .._addresses import segment
from .._wire import given
from ..commands import Reconnected
from ..errors import MoorageError
from ..records import Backend, Device, Event, LiveLink, PageInfo
from .artifacts import AsyncArtifacts
from .http import closing
from .pages import GRACE_SECONDS, AsyncPage
from .recordings import AsyncRecording, AsyncRecordings
from .sessions import AsyncSessions
from .surfaces import AsyncSurfaces
from .transport import AsyncTransport


class AsyncMoorage:
    """A Moorage server. Its connections are kept open and shared; `aclose` or `async with` closes them."""

    def __init__(
        self,
        server_url: Optional[str] = None,
        api_key: Optional[str] = None,
        *,
        timeout: float = 30.0,
        retries: int = 2,
    ) -> None:
        """Without arguments MOORAGE_URL and MOORAGE_API_KEY count, else it is a server on this machine without keys.

        `timeout` is the seconds that the server may be silent; commands, and the start of browsers, have times of
        their own. `retries` is how often a request that can be repeated safely is made again.
        """
        self.server_url = _addresses.server_url(server_url)
        self.transport = AsyncTransport(self.server_url, _addresses.api_key(api_key), timeout, retries)
        self.artifacts = AsyncArtifacts(self.transport)
        self.recordings = AsyncRecordings(self.transport)
        self.sessions = AsyncSessions(self.transport)
        self.surfaces = AsyncSurfaces(self.transport)
        self._reconnected: List[Callable[[Reconnected], Any]] = []

    def on_reconnected(self, callback: Callable[[Reconnected], Any]) -> None:
        """Calls `callback` whenever a reply says that browser or connection is not that of the last reply."""
        self._reconnected.append(callback)

    def reconnected(self, what: Reconnected) -> None:
        for callback in self._reconnected:
            callback(what)

    async def backends(self) -> List[Backend]:
        data = await self.transport.json("GET", "/v1/backends")
        return [Backend.of(item) for item in data["data"]]

    async def devices(self) -> List[Device]:
        """Phones on a cable, emulators and simulators, with what each one needs to become usable."""
        data = await self.transport.json("GET", "/v1/devices")
        return [Device.of(item) for item in data["data"]]

    async def is_ready(self) -> bool:
        """Whether a session could be made now."""
        try:
            await self.transport.json("GET", "/health/ready", may_repeat=lambda error: False)
        except MoorageError as error:
            if error.status != 503:
                raise
            return False
        return True

    async def pages(self, session: str) -> List[AsyncPage]:
        """The tabs of a session, by its id or by the name of its surface."""
        path = f"/v1/sessions/{segment(session)}/pages"
        data = await self.transport.json("GET", path, timeout=GRACE_SECONDS + self.transport.timeout)
        return [AsyncPage(self, PageInfo.of(item)) for item in data["data"]]

    async def page(self, page_id: str) -> AsyncPage:
        return AsyncPage(self, PageInfo.of(await self.transport.json("GET", f"/v1/pages/{segment(page_id)}")))

    async def new_page(self, session: str, url: Optional[str] = None, *, timeout: Optional[float] = None) -> AsyncPage:
        """Opens a tab, at `url` where one is given. `timeout` in milliseconds."""
        body = {name: value for name, value in (("url", url), ("timeoutMs", timeout)) if value is not None}
        path = f"/v1/sessions/{segment(session)}/pages"
        limit = GRACE_SECONDS + (self.transport.timeout if timeout is None else timeout / 1000)
        return AsyncPage(self, PageInfo.of(await self.transport.json("POST", path, body, timeout=limit)))

    def recording(self, recording_id: str) -> AsyncRecording:
        """A recording by its id, without asking whether it is there."""
        return AsyncRecording(self.transport, recording_id)

    async def live_link(
        self, session: str, *, can_control: Optional[bool] = None, expires_in_ms: Optional[int] = None
    ) -> LiveLink:
        """An address under which people watch a session, and drive it where they may, for a while."""
        body = given(can_control=can_control, expires_in_ms=expires_in_ms)
        return LiveLink.of(await self.transport.json("POST", f"/v1/sessions/{segment(session)}/live-links", body))

    async def events(
        self, *, after: Optional[int] = None, types: Optional[Sequence[str]] = None
    ) -> AsyncGenerator[Event, None]:
        """What happens on the server, as it happens, for as long as one iterates. Lost connections are resumed."""
        async with closing(self.transport.follow("/v1/events", {"types": types}, after)) as events:
            async for data in events:
                yield Event.of(data)

    async def aclose(self) -> None:
        await self.transport.aclose()

    async def __aenter__(self) -> "AsyncMoorage":
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.aclose()
