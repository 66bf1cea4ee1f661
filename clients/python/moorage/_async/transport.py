"""Requests to one server: authorization, deadlines, retries, and failures as MoorageError."""

from __future__ import annotations

import io
import json
import os
import random
import secrets
from typing import Any, AsyncGenerator, BinaryIO, Callable, Dict, Mapping, Optional, Union

from .._addresses import Query, target
from .._sse import EventStreamParser, Message
from ..errors import MoorageError, UnexpectedResponseError, UnreachableError, problem_error, response_error
from .http import AsyncHttp, AsyncResponse, Body, closing, sleep

FIRST_RETRY_DELAY = 0.25
# A server that asks for a longer wait is not asked again: the caller knows better what to do meanwhile.
LONGEST_RETRY_DELAY = 30.0
LONGEST_RECONNECT_DELAY = 10.0
# The server sends a comment every 15 s. Silence for three of them means a connection that died unnoticed.
STREAM_SILENCE = 45.0


class AsyncTransport:
    def __init__(self, url: str, api_key: Optional[str], timeout: float, retries: int) -> None:
        self.url = url
        #: Seconds.
        self.timeout = timeout
        #: Sent with each request, such as `Moorage-Lease`.
        self.headers: Dict[str, str] = {}
        if api_key is not None:
            self.headers["authorization"] = f"Bearer {api_key}"
        self._http = AsyncHttp(url)
        self._retries = retries

    async def aclose(self) -> None:
        await self._http.aclose()

    async def json(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Optional[Query] = None,
        headers: Optional[Mapping[str, str]] = None,
        timeout: Optional[float] = None,
        may_repeat: Optional[Callable[[MoorageError], bool]] = None,
    ) -> Any:
        """Sends JSON and gives the JSON of the answer, None for an empty one.

        Where no connection was made, nothing was sent, and it is tried again; other failures only as `may_repeat`
        says, which for GET is whenever they can pass.
        """
        content = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
        fields = {} if content is None else {"content-type": "application/json"}
        attempt = 0
        while True:
            try:
                response = await self.open(method, path, content, query, {**fields, **(headers or {})}, timeout)
                try:
                    text = await response.read()
                finally:
                    await response.aclose()
                return _parse(self.url, response.status, text)
            except MoorageError as error:
                is_safe = isinstance(error, UnreachableError) or (
                    may_repeat(error) if may_repeat else method == "GET" and _can_pass(error)
                )
                delay = _retry_delay(attempt, error)
                if attempt >= self._retries or not is_safe or delay > LONGEST_RETRY_DELAY:
                    raise
            attempt += 1
            await sleep(delay)

    async def open(
        self,
        method: str,
        path: str,
        body: Body = None,
        query: Optional[Query] = None,
        headers: Optional[Mapping[str, str]] = None,
        timeout: Optional[float] = None,
    ) -> AsyncResponse:
        """Sends a request once and gives a response of success, whose body the caller reads and closes."""
        fields = {"accept": "application/json", **self.headers, **(headers or {})}
        if body is not None or method in ("POST", "PUT"):
            fields["content-length"] = str(_size(body))
        address = target(path, query)
        response = await self._http.open(method, address, fields, body, self.timeout if timeout is None else timeout)
        if response.status < 300:
            return response
        try:
            text = await response.read()
        finally:
            await response.aclose()
        raise response_error(self.url + address, response.status, response.headers, text)

    async def download(self, path: str, write: Callable[[bytes], Any], *, timeout: Optional[float] = None) -> None:
        """Streams what is at `path` into `write`, never whole in memory."""
        response = await self.open("GET", path, headers={"accept": "*/*"}, timeout=timeout)
        try:
            async with closing(response.chunks()) as chunks:
                async for chunk in chunks:
                    write(chunk)
        finally:
            await response.aclose()

    async def save(self, path: str, file: Union[str, "os.PathLike[str]"], *, timeout: Optional[float] = None) -> str:
        """Streams what is at `path` into a file, and gives the file's path. A failure leaves no half file."""
        local = os.fspath(file)
        os.makedirs(os.path.dirname(os.path.abspath(local)), exist_ok=True)
        partial = f"{local}.{secrets.token_hex(4)}.part"  # several may save to one path at a time
        try:
            with open(partial, "wb") as half:
                await self.download(path, half.write, timeout=timeout)
            os.replace(partial, local)
        except BaseException:
            if os.path.exists(partial):
                os.unlink(partial)
            raise
        return local

    async def upload(
        self,
        method: str,
        path: str,
        content: Body,
        *,
        content_type: str,
        query: Optional[Query] = None,
        timeout: Optional[float] = None,
    ) -> Any:
        """Streams a file or bytes, and gives the JSON of the answer."""
        response = await self.open(method, path, content, query, {"content-type": content_type}, timeout)
        try:
            return _parse(self.url, response.status, await response.read())
        finally:
            await response.aclose()

    async def messages(
        self,
        path: str,
        query: Optional[Query] = None,
        *,
        after: Union[None, int, str] = None,
        method: str = "GET",
        body: Any = None,
        timeout: float = STREAM_SILENCE,
    ) -> AsyncGenerator[Message, None]:
        """The messages of one event stream, until it ends."""
        fields = {"accept": "text/event-stream"}
        if after is not None:
            fields["last-event-id"] = str(after)
        content = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
            fields["content-type"] = "application/json"
        response = await self.open(method, path, content, query, fields, timeout)
        try:
            parser = EventStreamParser()
            async with closing(response.lines()) as lines:
                async for line in lines:
                    message = parser.push(line)
                    if message is not None:
                        yield message
        finally:
            await response.aclose()

    async def follow(
        self, path: str, query: Optional[Query] = None, after: Union[None, int, str] = None
    ) -> AsyncGenerator[Dict[str, Any], None]:
        """The events of a stream: a connection that is lost is made anew behind the last event seen.

        That goes on for ever, unless the server says that this was the end.
        """
        failures = 0
        was_open = False
        while True:
            try:
                async with closing(self.messages(path, query, after=after)) as messages:
                    async for message in messages:
                        failures, was_open = 0, True
                        after = message.last_event_id or after
                        if message.type == "end":
                            return
                        if message.type == "problem":
                            raise problem_error(json.loads(message.data))
                        yield json.loads(message.data)
                was_open = True
            except MoorageError as error:
                can_return = was_open and (error.retryable or _can_pass(error))
                if not can_return:
                    raise
            await sleep(_spread(min(FIRST_RETRY_DELAY * 2**failures, LONGEST_RECONNECT_DELAY)))
            failures += 1


def _size(body: Body) -> int:
    if body is None or isinstance(body, bytes):
        return len(body or b"")
    return _rest_of(body)


def _rest_of(file: BinaryIO) -> int:
    position = file.tell()
    end = file.seek(0, io.SEEK_END)
    file.seek(position)
    return end - position


def _parse(url: str, status: int, text: bytes) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise UnexpectedResponseError(f"{url} answered {status} with what is not JSON.", status=status) from error


def _can_pass(error: MoorageError) -> bool:
    return error.retryable or error.code == "connection-lost"


def _retry_delay(attempt: int, error: MoorageError) -> float:
    """What the server asks for, else a delay that doubles."""
    if error.retry_after is not None:
        return error.retry_after
    return _spread(FIRST_RETRY_DELAY * 2.0**attempt)


def _spread(delay: float) -> float:
    """Spread, so that many clients do not come back at once."""
    return delay * random.uniform(0.75, 1.25)
