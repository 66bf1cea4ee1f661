"""A browser that stays: a program finds it again by the name of a surface or the id of a session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Sequence, Union

from .._wire import Step
from ..commands import Command, Outcome, Reconnected, Reply, Retry
from ..records import Artifact, LeaseGranted, LiveLink, Surface
from .artifacts import AsyncArtifacts
from .client import AsyncMoorage
from .commands import AsyncElementHandle, AsyncPageCommands
from .locators import AsyncFrame, AsyncFrameLocator, AsyncLocating, AsyncLocator, frame_of
from .pages import AsyncPage
from .recordings import AsyncRecording, AsyncRecordings
from .sessions import AsyncSession, AsyncSessions
from .subject import AsyncCommander, Path
from .surfaces import AsyncSurfaces

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..records import LeaseCreate, SessionCreate, SurfacePut


class AsyncPersistentBrowser(AsyncPageCommands, AsyncLocating, AsyncCommander):
    """A browser on a Moorage server, with the methods of its present page.

    With `surface` it is that named browser, made and woken when it is first used. With `session_id` it is a session
    that runs already. With neither, `create_session` makes one, or the first use does. The end of a `with` block, or
    of the program, closes connections only: the browser stays.
    """

    def __init__(
        self,
        server_url: Optional[str] = None,
        api_key: Optional[str] = None,
        surface: Optional[str] = None,
        session_id: Optional[str] = None,
        *,
        page_id: Optional[str] = None,
        timeout: float = 30.0,
        retries: int = 2,
    ) -> None:
        if surface is not None and session_id is not None:
            raise ValueError("Give a surface or a session_id, not both.")
        super().__init__(self, {})
        self._client = AsyncMoorage(server_url, api_key, timeout=timeout, retries=retries)
        self._surface = surface
        self._session_id = session_id
        self._page_id = page_id
        self._page: Optional[AsyncPage] = None
        self._is_open = session_id is not None

    @property
    def server_url(self) -> str:
        return self._client.server_url

    @property
    def client(self) -> AsyncMoorage:
        return self._client

    @property
    def sessions(self) -> AsyncSessions:
        return self._client.sessions

    @property
    def surfaces(self) -> AsyncSurfaces:
        return self._client.surfaces

    @property
    def recordings(self) -> AsyncRecordings:
        return self._client.recordings

    @property
    def artifacts(self) -> AsyncArtifacts:
        return self._client.artifacts

    @property
    def session_id(self) -> Optional[str]:
        """By which another program resumes the session; None before there is one."""
        return self._session_id

    @property
    def surface(self) -> Optional[str]:
        """The name of the surface that it is."""
        return self._surface

    @property
    def page_id(self) -> Optional[str]:
        """Of the present page; None before the first use."""
        return self._page_id if self._page is None else self._page.id

    @property
    def last_reply(self) -> Optional[Reply]:
        """What the newest command to the present page answered."""
        return None if self._page is None else self._page.last_reply

    @property
    def url(self) -> str:
        """Where the present page was after its newest command."""
        return "about:blank" if self._page is None else self._page.url

    def on_reconnected(self, callback: Callable[[Reconnected], Any]) -> None:
        """Calls `callback` whenever a reply says that browser or connection is not that of the last reply."""
        self._client.on_reconnected(callback)

    async def create_session(self, **wishes: "Unpack[SessionCreate]") -> AsyncSession:
        """Makes a session and works with it from now on. It outlives this program unless `keep_alive=False`."""
        wishes.setdefault("keep_alive", True)
        if self._surface is not None:
            wishes.setdefault("surface", self._surface)
        session = await self.sessions.create(**wishes)
        self._session_id, self._surface, self._is_open = session.id, session.surface, True
        self._page, self._page_id = None, None
        return session

    async def open_surface(self, name: Optional[str] = None, **options: "Unpack[SurfacePut]") -> Surface:
        """Makes or wakes a surface and works with it from now on."""
        chosen = name or self._surface
        if chosen is None:
            raise ValueError("Which surface? Give its name.")
        opened = await self.surfaces.open(chosen, **options)
        if chosen != self._surface:
            self._page, self._page_id = None, None
        self._surface, self._session_id, self._is_open = chosen, opened.session_id, True
        return opened

    async def pages(self) -> List[AsyncPage]:
        """The open tabs, in no order that one could count on."""
        pages = await self._client.pages(await self._session())
        present = self._page
        return [present if present is not None and page.id == present.id else page for page in pages]

    async def new_page(self, url: Optional[str] = None, *, timeout: Optional[float] = None) -> AsyncPage:
        """Opens a tab, which is the present page from now on."""
        self._page = await self._client.new_page(await self._session(), url, timeout=timeout)
        return self._page

    async def current_page(self) -> AsyncPage:
        """What the methods of this browser work with: the page chosen or opened last, else one that is there."""
        if self._page is None:
            self._page = await self._find_page()
        return self._page

    def use(self, page: AsyncPage) -> AsyncPage:
        """Makes a page the present one."""
        self._page = page
        return page

    async def recording(self) -> Optional[AsyncRecording]:
        """The recording of the present session, where it is recorded."""
        return (await self.sessions.get(await self._session())).recording

    async def live_link(self, *, can_control: Optional[bool] = None, expires_in_ms: Optional[int] = None) -> LiveLink:
        """An address under which people watch this browser, and drive it where they may, for a while."""
        return await self._client.live_link(await self._session(), can_control=can_control, expires_in_ms=expires_in_ms)

    async def lease(self, **options: "Unpack[LeaseCreate]") -> LeaseGranted:
        """Makes this client the only one that may command the surface, until the lease ends or is released."""
        return await self.surfaces.lease(await self._name(), **options)

    async def release(self) -> None:
        await self.surfaces.release(await self._name())

    async def command(
        self,
        action: str,
        params: Optional[Mapping[str, Any]] = None,
        *,
        timeout: Optional[float] = None,
        retry: Optional[Retry] = None,
        if_generation: Optional[int] = None,
    ) -> Reply:
        """Any entry of the command table by its own name."""
        return await self.send(Command(action, params or {}, timeout, retry, if_generation))

    async def send(self, command: Command) -> Reply:
        return await (await self.current_page()).send(command)

    async def upload(self, path: Path) -> Artifact:
        return await self.artifacts.upload(path)

    async def fetch(self, artifact: Artifact, path: Optional[Path]) -> Union[str, bytes]:
        return await (await self.current_page()).fetch(artifact, path)

    def frame(
        self,
        name: Optional[str] = None,
        *,
        url: Optional[str] = None,
        element: Optional[AsyncElementHandle] = None,
    ) -> AsyncFrame:
        """A frame by its name, by its URL (`*` and `**` stand for anything), or by its `<iframe>`."""
        return frame_of(self, name, url, element)

    async def batch(
        self,
        commands: Sequence[Command],
        *,
        stop_on_error: bool = True,
        timeout: Optional[float] = None,
        on_outcome: Optional[Callable[[int, Outcome], Any]] = None,
    ) -> List[Outcome]:
        """Sends several commands in one request. Those behind the one that stopped it have no outcome."""
        page = await self.current_page()
        return await page.batch(commands, stop_on_error=stop_on_error, timeout=timeout, on_outcome=on_outcome)

    async def stop(self) -> None:
        """Ends the browser: a surface keeps its profile and tabs for the next time, a session is gone."""
        if self._surface is not None:
            await self.surfaces.stop(self._surface)
        elif self._session_id is not None:
            await self.sessions.destroy(self._session_id)
            self._session_id = None
        self._page, self._page_id, self._is_open = None, None, False

    async def aclose(self) -> None:
        """Closes the connections to the server. The browser stays."""
        await self._client.aclose()

    async def __aenter__(self) -> "AsyncPersistentBrowser":
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.server_url!r}, surface={self.surface!r}, session_id={self.session_id!r})"

    def _locate(self, *steps: Step) -> AsyncLocator:
        return AsyncLocator(self, steps)

    def _frame(self, *steps: Step) -> AsyncFrameLocator:
        return AsyncFrameLocator(self, steps)

    async def _session(self) -> str:
        """The name or id under which the server knows the browser, which exists from then on."""
        if not self._is_open:
            if self._surface is None:
                await self.create_session()
            else:
                await self.open_surface()
        # The name holds across launches; the id of the session is that of one launch.
        name = self._surface or self._session_id
        assert name is not None
        return name

    async def _name(self) -> str:
        name = await self._session()
        if self._surface is None:
            raise ValueError(f"Only surfaces have leases, and {name} is a session.")
        return name

    async def _find_page(self) -> AsyncPage:
        if self._page_id is not None:
            return await self._client.page(self._page_id)
        pages = await self._client.pages(await self._session())
        if not pages:
            return await self._client.new_page(await self._session())
        return next((page for page in pages if page.url not in ("about:blank", "chrome://newtab/")), pages[0])
