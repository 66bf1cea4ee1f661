"""Pages: tabs that keep their ids across connections, restarts of the server and launches of a surface."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, AsyncGenerator, Callable, Dict, List, Mapping, Optional, Sequence, Union

from .._addresses import segment
from .._wire import Step, milliseconds
from ..commands import Command, Outcome, Reply, Retry
from ..errors import ConnectionLostError, DownloadFailedError, MoorageError, ServerTimeoutError, problem_error
from ..events import Events
from ..problems import CommandOutcomeUnknownError
from ..records import Artifact, PageEvent, PageInfo
from .commands import READS, AsyncElementHandle, AsyncPageCommands
from .http import closing
from .locators import AsyncFrame, AsyncFrameLocator, AsyncLocating, AsyncLocator, frame_of
from .subject import AsyncCommander, Path

if TYPE_CHECKING:
    from .client import AsyncMoorage

# What a command may take where neither it nor the page says: as the server's own limit.
COMMAND_TIMEOUT_MS = 30_000.0
# What the way there and back, a reconnect and a relaunch may take beyond the time of the command itself.
GRACE_SECONDS = 30.0
LONGEST_POLL_MS = 20_000.0


class AsyncPage(AsyncPageCommands, AsyncLocating, AsyncCommander):
    """One tab."""

    def __init__(self, client: "AsyncMoorage", info: PageInfo) -> None:
        super().__init__(self, {})
        self.id = info.id
        self.session_id = info.session_id
        #: As it was when this page was found.
        self.info = info
        #: What the newest command answered, `generation` and `reconnected` included.
        self.last_reply: Optional[Reply] = None
        self._client = client
        self._url = info.url
        self._default_timeout: Optional[float] = None

    @property
    def url(self) -> str:
        """Where the page was after the newest command."""
        return self._url

    @property
    def target_id(self) -> str:
        """As CDP named the tab when this page was found."""
        return self.info.target_id

    def set_default_timeout(self, timeout: float) -> None:
        """Milliseconds for each command that is given none."""
        self._default_timeout = timeout

    async def refresh(self) -> PageInfo:
        """Looks at the page without sending it a command: it may hold a dialog, or not answer."""
        self.info = PageInfo.of(await self._client.transport.json("GET", self._path))
        self._url = self.info.url
        return self.info

    async def close(self) -> None:
        """Closes the tab. One that is closed already is fine."""
        try:
            await self._client.transport.json("DELETE", self._path, timeout=GRACE_SECONDS)
        except MoorageError as error:
            if error.code not in ("page-closed", "page-not-found"):
                raise

    async def command(
        self,
        action: str,
        params: Optional[Mapping[str, Any]] = None,
        *,
        timeout: Optional[float] = None,
        retry: Optional[Retry] = None,
        if_generation: Optional[int] = None,
    ) -> Reply:
        """Any entry of the command table by its own name: `page.command("locator.boundingBox", {"locator": "h1"})`."""
        return await self.send(Command(action, params or {}, timeout, retry, if_generation))

    async def send(self, command: Command) -> Reply:
        timeout = self._default_timeout if command.timeout is None else command.timeout
        limit_ms = COMMAND_TIMEOUT_MS if timeout is None else milliseconds(timeout)
        body = {**command.to_wire(), **({} if timeout is None else {"timeoutMs": limit_ms})}
        is_read = command.action in READS
        try:
            data = await self._client.transport.json(
                "POST",
                f"{self._path}/command",
                body,
                timeout=limit_ms / 1000 + GRACE_SECONDS,
                may_repeat=lambda error: is_read and error.code == "connection-lost",
            )
        except ConnectionLostError as error:
            raise _outcome_unknown(command.action, error) from error
        return await self._take(Reply.of(data))

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
        """Sends several commands in one request. Those behind the one that stopped it have no outcome.

        `on_outcome` is told of each as soon as it is there, with its place in the batch.
        """
        body: Dict[str, Any] = {"commands": [item.to_wire() for item in commands], "stopOnError": stop_on_error}
        if timeout is not None:
            body["timeoutMs"] = milliseconds(timeout)
        each = sum(COMMAND_TIMEOUT_MS if item.timeout is None else milliseconds(item.timeout) for item in commands)
        limit = (each if timeout is None else milliseconds(timeout)) / 1000 + GRACE_SECONDS
        try:
            if on_outcome is not None:
                return await self._stream_batch(body, limit, on_outcome)
            data = await self._client.transport.json("POST", f"{self._path}/commands", body, timeout=limit)
        except ConnectionLostError as error:
            raise _outcome_unknown("batch", error) from error
        return [await self._outcome(item) for item in data["outcomes"]]

    async def events(
        self,
        *,
        after: Optional[int] = None,
        types: Optional[Sequence[str]] = None,
        limit: Optional[int] = None,
        wait: Optional[float] = None,
    ) -> Events:
        """What happened in the page, from the bounded buffer of the server: all, or what came behind `after`.

        `wait` is how many milliseconds to wait for one where there is none yet.
        """
        wait_ms = 0 if wait is None else round(wait)
        data = await self._client.transport.json(
            "GET",
            f"{self._path}/events",
            query={"after": after, "types": types, "limit": limit, "waitMs": wait_ms or None},
            timeout=wait_ms / 1000 + GRACE_SECONDS,
        )
        return Events([PageEvent.of(item) for item in data["data"]], data["last"], data["dropped"])

    async def listen(
        self,
        *,
        after: Optional[int] = None,
        types: Optional[Sequence[str]] = None,
        on_dropped: Optional[Callable[[Mapping[str, Any]], Any]] = None,
    ) -> AsyncGenerator[PageEvent, None]:
        """What happens in the page, as it happens, for as long as one iterates. Lost connections are resumed.

        `on_dropped` is told where this reader was too slow and events are missing.
        """
        async with closing(self._client.transport.follow(f"{self._path}/events", {"types": types}, after)) as events:
            async for data in events:
                if "sequence" in data:
                    yield PageEvent.of(data)
                elif on_dropped is not None:
                    on_dropped(data)

    def expect_event(
        self,
        event: str,
        predicate: Optional[Callable[[PageEvent], Any]] = None,
        *,
        timeout: Optional[float] = None,
    ) -> "AsyncEventExpectation":
        """`async with page.expect_event("popup") as expected: …`, then `expected.value` is the event."""
        return AsyncEventExpectation(self, event, predicate, self._limit(timeout))

    def expect_popup(self, *, timeout: Optional[float] = None) -> "AsyncEventExpectation":
        """The page that a click opens: `expected.page()` gives it."""
        return self.expect_event("popup", timeout=timeout)

    def expect_download(self, *, timeout: Optional[float] = None) -> "AsyncEventExpectation":
        """The file that a click downloads: `expected.save_as(path)` writes it."""
        return self.expect_event("download", timeout=timeout)

    async def upload(self, path: Path) -> Artifact:
        return await self._client.artifacts.upload(path)

    async def fetch(self, artifact: Artifact, path: Optional[Path]) -> Union[str, bytes]:
        artifacts = self._client.artifacts
        fetched = await artifacts.read(artifact.id) if path is None else await artifacts.save(artifact.id, path)
        try:
            await artifacts.delete(artifact.id)
        except MoorageError:
            pass  # it is here, and on the server it expires by itself
        return fetched

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r}, {self.url!r})"

    @property
    def _path(self) -> str:
        return f"/v1/pages/{segment(self.id)}"

    def _locate(self, *steps: Step) -> AsyncLocator:
        return AsyncLocator(self, steps)

    def _frame(self, *steps: Step) -> AsyncFrameLocator:
        return AsyncFrameLocator(self, steps)

    def _limit(self, timeout: Optional[float]) -> float:
        return next(each for each in (timeout, self._default_timeout, COMMAND_TIMEOUT_MS) if each is not None)

    async def _take(self, reply: Reply) -> Reply:
        """Notes what a reply says of the page, and fetches a result that was too long for it."""
        self._url = reply.page["url"]
        if reply.truncated and reply.artifact is not None:
            whole = json.loads(await self._client.artifacts.read(reply.artifact.id))
            reply = Reply(**{**vars(reply), "result": whole, "truncated": False})
        self.last_reply = reply
        if reply.reconnected is not None:
            self._client.reconnected(reply.reconnected)
        return reply

    async def _stream_batch(
        self, body: Mapping[str, Any], limit: float, on_outcome: Callable[[int, Outcome], Any]
    ) -> List[Outcome]:
        outcomes: List[Outcome] = []
        path = f"{self._path}/commands"
        stream = self._client.transport.messages(path, method="POST", body=body, timeout=limit)
        async with closing(stream) as messages:
            async for message in messages:
                item = json.loads(message.data)
                if message.type == "problem":
                    raise problem_error(item)
                if message.type == "end":
                    return outcomes
                outcome = await self._outcome(item)
                on_outcome(len(outcomes), outcome)
                outcomes.append(outcome)
        raise ConnectionLostError(f"The stream of the batch ended after {len(outcomes)} outcomes.")

    async def _outcome(self, data: Mapping[str, Any]) -> Outcome:
        if data["ok"]:
            return Outcome(reply=await self._take(Reply.of(data["reply"])))
        return Outcome(error=problem_error(data["problem"]))


class AsyncEventExpectation:
    """Waits at the end of its block for the first event since its beginning that is the one."""

    def __init__(
        self, page: AsyncPage, event: str, predicate: Optional[Callable[[PageEvent], Any]], timeout: float
    ) -> None:
        self._page = page
        self._event = event
        self._predicate = predicate
        self._timeout = milliseconds(timeout)
        self._after = 0
        self._found: Optional[PageEvent] = None

    @property
    def value(self) -> PageEvent:
        if self._found is None:
            raise RuntimeError("The event is known when the block has ended.")
        return self._found

    async def page(self) -> AsyncPage:
        """For `popup`: the page that was opened."""
        return await self._page._client.page(str(self.value.data["pageId"]))

    async def save_as(self, path: Path) -> str:
        """For `download`: writes the file and gives the path."""
        data = self.value.data
        if not data.get("artifact"):
            raise DownloadFailedError(f"The download of {data.get('url')} failed: {data.get('failure')}.")
        return await self._page._client.artifacts.save(data["artifact"]["id"], path)

    async def __aenter__(self) -> "AsyncEventExpectation":
        self._after = (await self._page.events(limit=1)).last
        return self

    async def __aexit__(self, kind: Any, error: Optional[BaseException], trace: Any) -> None:
        if error is None:
            self._found = await self._wait()

    async def _wait(self) -> PageEvent:
        deadline = time.monotonic() + self._timeout / 1000
        while True:
            left_ms = (deadline - time.monotonic()) * 1000
            wait = min(max(left_ms, 1), LONGEST_POLL_MS)
            events = await self._page.events(after=self._after, types=[self._event], wait=wait)
            for event in events:
                if self._predicate is None or self._predicate(event):
                    return event
                self._after = event.sequence
            if left_ms <= 0:
                raise ServerTimeoutError(
                    f"No event {self._event} came within {self._timeout} ms.", title="It took too long"
                )


def _outcome_unknown(what: str, error: MoorageError) -> CommandOutcomeUnknownError:
    return CommandOutcomeUnknownError(
        f"{what}: {error.detail}",
        title="The connection was lost while the command ran",
        hint="It may have happened or not: look at the page before you send it again.",
    )
