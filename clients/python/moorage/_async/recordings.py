"""Recordings: what there is, what happened in one of them, and files of it."""

from __future__ import annotations

import json
import os
from datetime import datetime
from typing import Any, AsyncGenerator, AsyncIterator, Dict, Mapping, Optional, Sequence, Union

from .._addresses import Query, segment, target
from .._wire import given
from ..errors import MoorageError
from ..recorded import Pruned, RecordedEvent
from ..records import RecordingInfo
from .http import closing
from .subject import Path
from .transport import AsyncTransport

#: Epoch milliseconds, as events have it, or a date with its zone.
Moment = Union[datetime, float]

# Reading an hour's events, or packing a file of them, takes as long as its size asks for.
FILE_SECONDS = 600.0


class AsyncRecordings:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def get(self, recording_id: str) -> RecordingInfo:
        return RecordingInfo.of(await self._transport.json("GET", _path(recording_id)))

    async def list(
        self,
        *,
        status: Union[None, str, Sequence[str]] = None,
        session: Optional[str] = None,
        surface: Optional[str] = None,
        url: Optional[str] = None,
        has_errors: Optional[bool] = None,
        after: Optional[Moment] = None,
        before: Optional[Moment] = None,
        tags: Optional[Mapping[str, str]] = None,
        limit: Optional[int] = None,
    ) -> AsyncIterator[RecordingInfo]:
        """Every recording, newest first, fetched page by page.

        `url` is text in the address of one of its pages; `after` and `before` are when it began.
        """
        cursor: Optional[str] = None
        while True:
            page = await self._transport.json(
                "GET",
                "/v1/recordings",
                query={
                    "status": status,
                    "session": session,
                    "surface": surface,
                    "url": url,
                    "hasErrors": has_errors,
                    "after": _millis(after),
                    "before": _millis(before),
                    "tag": [f"{name}={value}" for name, value in (tags or {}).items()],
                    "limit": limit,
                    "cursor": cursor,
                },
            )
            for item in page["data"]:
                yield RecordingInfo.of(item)
            cursor = page["nextCursor"]
            if cursor is None:
                return

    async def import_file(self, path: Path) -> RecordingInfo:
        """Takes in a file that `export` wrote, or any list of rrweb's events."""
        is_lines = os.fspath(path).endswith((".ndjson", ".jsonl"))
        content_type = "application/x-ndjson" if is_lines else "application/json"
        with open(path, "rb") as file:
            data = await self._transport.upload(
                "POST", "/v1/recordings", file, content_type=content_type, timeout=FILE_SECONDS
            )
        return RecordingInfo.of(data)

    async def prune(
        self,
        *,
        is_dry_run: Optional[bool] = None,
        max_age_ms: Optional[int] = None,
        max_count: Optional[int] = None,
        max_bytes: Optional[int] = None,
    ) -> Pruned:
        """Deletes what is too old or too much, the oldest first. What is left out is as the server is configured."""
        body = given(is_dry_run=is_dry_run, max_age_ms=max_age_ms, max_count=max_count, max_bytes=max_bytes)
        answer = await self._transport.json("POST", "/v1/recordings/prune", body, timeout=FILE_SECONDS)
        return Pruned([RecordingInfo.of(item) for item in answer["data"]], answer["freedBytes"])

    async def delete(self, recording_id: str) -> None:
        """Removes it with everything of it, once it has ended. One that is gone already is fine."""
        try:
            await self._transport.json("DELETE", _path(recording_id))
        except MoorageError as error:
            if error.code != "recording-not-found":
                raise


class AsyncRecording:
    """One recording. Nothing is held here but its id: each method asks the server."""

    def __init__(self, transport: AsyncTransport, recording_id: str) -> None:
        self.id = recording_id
        #: Of the viewer.
        self.url = f"{transport.url}/recordings/{segment(recording_id)}"
        self._transport = transport

    async def get(self) -> RecordingInfo:
        """Its pages, how much there is of each, and whether it goes on."""
        return RecordingInfo.of(await self._transport.json("GET", _path(self.id)))

    async def events(
        self,
        *,
        page: Optional[str] = None,
        from_: Optional[Moment] = None,
        to: Optional[Moment] = None,
        types: Optional[Sequence[int]] = None,
    ) -> AsyncGenerator[RecordedEvent, None]:
        """What has happened up to now, of one page or of all in the order of time.

        With `from_`, what a replay needs to begin there comes along. `types` are rrweb's numbers: 2 full snapshot,
        3 change or input, 4 navigation, 5 ours, 6 console.
        """
        query = _event_query(page, from_, to, types)
        fields = {"accept": "application/x-ndjson"}
        response = await self._transport.open("GET", self._path("events"), None, query, fields, FILE_SECONDS)
        try:
            async with closing(response.lines()) as lines:
                async for line in lines:
                    if line.strip():
                        yield RecordedEvent.of(json.loads(line))
        finally:
            await response.aclose()

    async def tail(
        self,
        *,
        page: Optional[str] = None,
        from_: Optional[Moment] = None,
        to: Optional[Moment] = None,
        types: Optional[Sequence[int]] = None,
    ) -> AsyncGenerator[RecordedEvent, None]:
        """What happens, as it happens, until the recording ends.

        It begins with the last full snapshot of each page, before `from_` where that is given, so that one can replay
        it. A connection that is lost is resumed, nothing twice.
        """
        query = _event_query(page, from_, to, types)
        async with closing(self._transport.follow(self._path("events"), query)) as events:
            async for data in events:
                yield RecordedEvent.of(data)

    async def har(self) -> Dict[str, Any]:
        """Its requests, as HAR 1.2."""
        har: Dict[str, Any] = await self._transport.json("GET", self._path("har"), timeout=FILE_SECONDS)
        return har

    async def console(self) -> str:
        """Its console, one line a message: time, level, text, and where it came from."""
        return (await self._read("console", {})).decode("utf-8")

    async def export(self, path: Path, *, format: Optional[str] = None, page: Optional[str] = None) -> str:
        """Writes what rrweb-player takes and `import_file` reads, and gives the path, whose end says the format."""
        named = "ndjson" if os.fspath(path).endswith(".ndjson") else "json"
        query = {"format": format or named, "page": page}
        return await self._transport.save(target(self._path("export"), query), path, timeout=FILE_SECONDS)

    async def video(self, path: Path, *, page: Optional[str] = None) -> str:
        """Writes the video of a page, which was recorded with `video`, and gives the path. Waits until it is done."""
        return await self._transport.save(target(self._path("video"), {"page": page}), path, timeout=FILE_SECONDS)

    async def thumbnail(self, *, page: Optional[str] = None) -> bytes:
        """A small picture of a page."""
        return await self._read("thumbnail", {"page": page})

    async def delete(self) -> None:
        """Removes it with everything of it, once it has ended. One that is gone already is fine."""
        await AsyncRecordings(self._transport).delete(self.id)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.id!r})"

    async def _read(self, file: str, query: Query) -> bytes:
        chunks = bytearray()
        await self._transport.download(target(self._path(file), query), chunks.extend, timeout=FILE_SECONDS)
        return bytes(chunks)

    def _path(self, more: str) -> str:
        return f"{_path(self.id)}/{more}"


def _path(recording_id: str) -> str:
    return f"/v1/recordings/{segment(recording_id)}"


def _millis(moment: Optional[Moment]) -> Optional[int]:
    milliseconds = moment.timestamp() * 1000 if isinstance(moment, datetime) else moment
    return None if milliseconds is None else round(milliseconds)


def _event_query(
    page: Optional[str], from_: Optional[Moment], to: Optional[Moment], types: Optional[Sequence[int]]
) -> Query:
    texts = None if types is None else [str(each) for each in types]
    return {"page": page, "from": _millis(from_), "to": _millis(to), "types": texts}
