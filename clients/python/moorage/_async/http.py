"""HTTP/1.1 to one server over a pool of connections that are kept open, for asyncio."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import io
import socket
import ssl
from typing import Any, AsyncGenerator, BinaryIO, Dict, Generic, List, Mapping, NamedTuple, Optional, TypeVar, Union
from urllib.parse import urlsplit

from .._addresses import connection_lost, server_silent, unreachable

# More than this many idle connections are closed again.
POOL_SIZE = 8
CHUNK_BYTES = 65_536
# Of a head, and of a line of an event stream.
LONGEST_LINE_BYTES = 16 * 1024 * 1024

Body = Union[bytes, BinaryIO, None]


G = TypeVar("G", bound="AsyncGenerator[Any, None]")


class Connection(NamedTuple):
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


class AsyncResponse:
    """A response whose body is still to be read. Closing it gives its connection back, or ends a half-read one."""

    def __init__(
        self, pool: "AsyncHttp", connection: Connection, status: int, headers: Dict[str, str], silence: float
    ) -> None:
        self.status = status
        self.headers = headers
        self._pool = pool
        self._connection = connection
        self._silence = silence
        self._is_chunked = "chunked" in headers.get("transfer-encoding", "").lower()
        # None: until the connection ends.
        self._left: Optional[int] = int(headers["content-length"]) if "content-length" in headers else None
        if status in (204, 304):
            self._left = 0
        self._is_read = self._left == 0 and not self._is_chunked

    async def read(self) -> bytes:
        return b"".join([chunk async for chunk in self.chunks()])

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        while not self._is_read:
            chunk = await self._pool.awaited(self._chunk(), self._silence)
            if chunk:
                yield chunk

    async def lines(self) -> AsyncGenerator[bytes, None]:
        # A line may be megabytes long: its pieces are joined once, when it is whole.
        pieces: List[bytes] = []
        async with closing(self.chunks()) as chunks:
            async for chunk in chunks:
                first, *others = chunk.split(b"\n")
                pieces.append(first)
                for piece in others:
                    yield b"".join(pieces) + b"\n"
                    pieces = [piece]
        rest = b"".join(pieces)
        if rest:
            yield rest

    async def aclose(self) -> None:
        self._pool.give_back(self._connection, self._is_read and self._may_be_kept())

    async def _chunk(self) -> bytes:
        reader = self._connection.reader
        if self._is_chunked and not self._left:
            await self._next_size(reader)
            if self._is_read:
                return b""
        wanted = CHUNK_BYTES if self._left is None else min(CHUNK_BYTES, self._left)
        chunk = await reader.read(wanted)
        if not chunk and self._left is not None:
            raise ConnectionResetError("it ended in the middle of a response")
        if not chunk:
            self._is_read = True
        if self._left is not None:
            self._left -= len(chunk)
            self._is_read = self._left == 0 and not self._is_chunked
        if self._is_chunked and self._left == 0:
            await reader.readexactly(2)
        return chunk

    async def _next_size(self, reader: asyncio.StreamReader) -> None:
        self._left = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        if self._left > 0:
            return
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass  # trailers
        self._is_read = True

    def _may_be_kept(self) -> bool:
        return self.headers.get("connection", "").lower() != "close" and (
            self._is_chunked or "content-length" in self.headers or self.status in (204, 304)
        )


class AsyncHttp:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self._host = parts.hostname or ""
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._port = parts.port or (443 if self._tls else 80)
        self._prefix = parts.path
        self._host_header = parts.netloc.rpartition("@")[2]
        self._idle: List[Connection] = []
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._is_closed = False

    async def open(
        self, method: str, target: str, headers: Mapping[str, str], body: Body, silence: float
    ) -> AsyncResponse:
        """Sends a request and gives the response when its head is there. `silence` is seconds without any byte."""
        connection = await self._take(silence)
        try:
            await self.awaited(self._send(connection.writer, method, target, headers, body), silence)
            status, fields = await self.awaited(_head(connection.reader), silence)
            return AsyncResponse(self, connection, status, fields, silence)
        except BaseException:
            connection.writer.close()  # which is how the server learns that nobody waits any more
            raise

    async def aclose(self) -> None:
        self._is_closed = True
        idle, self._idle = self._idle, []
        for connection in idle:
            connection.writer.close()
        for connection in idle:
            with contextlib.suppress(OSError):
                await connection.writer.wait_closed()

    def give_back(self, connection: Connection, is_whole: bool) -> None:
        if is_whole and not self._is_closed and len(self._idle) < POOL_SIZE:
            self._idle.append(connection)
        else:
            connection.writer.close()

    async def awaited(self, operation, silence: float):  # type: ignore[no-untyped-def]
        """Turns what can go wrong on a connection after something was sent into errors of this client."""
        try:
            return await asyncio.wait_for(operation, silence)
        except asyncio.TimeoutError as error:
            raise server_silent(self.url) from error
        except (OSError, EOFError, asyncio.LimitOverrunError, http.client.HTTPException, ValueError) as error:
            raise connection_lost(self.url, error) from error

    async def _take(self, silence: float) -> Connection:
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            # Connections belong to the loop that made them: `asyncio.run` twice makes two.
            self._loop, self._idle = loop, []
        while self._idle:
            connection = self._idle.pop()
            if not connection.reader.at_eof() and not connection.writer.is_closing():
                return connection
            connection.writer.close()
        return await self._connect(silence)

    async def _connect(self, silence: float) -> Connection:
        try:
            opened = asyncio.open_connection(self._host, self._port, ssl=self._tls, limit=LONGEST_LINE_BYTES)
            reader, writer = await asyncio.wait_for(opened, silence)
        except (OSError, asyncio.TimeoutError) as error:
            raise unreachable(self.url, error) from error
        raw = writer.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Connection(reader, writer)

    async def _send(
        self, writer: asyncio.StreamWriter, method: str, target: str, headers: Mapping[str, str], body: Body
    ) -> None:
        fields = {"host": self._host_header, **headers}
        for name, value in fields.items():
            if not value.isprintable():
                raise ValueError(f"the header {name} holds a character that may not stand there")
        lines = [f"{method} {self._prefix}{target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
        if isinstance(body, bytes):
            writer.write(body)
        elif body is not None:
            while True:
                chunk = body.read(CHUNK_BYTES)
                if not chunk:
                    break
                writer.write(chunk)
                await writer.drain()
        await writer.drain()


async def _head(reader: asyncio.StreamReader) -> "tuple[int, Dict[str, str]]":
    while True:
        status_line, _, fields = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
        version, _, rest = status_line.partition(b" ")
        if not version.startswith(b"HTTP/1."):
            raise http.client.BadStatusLine(status_line.decode("latin-1"))
        status = int(rest[:3])
        if status >= 200:
            message = http.client.parse_headers(io.BytesIO(fields))
            return status, {name.lower(): value for name, value in message.items()}


class closing(Generic[G]):  # noqa: N801  (as `contextlib.aclosing` is written, which Python 3.9 does not have)
    """Ends a generator when its reader does, and not when it is collected some time later."""

    def __init__(self, generator: G) -> None:
        self._generator = generator

    async def __aenter__(self) -> G:
        return self._generator

    async def __aexit__(self, *error: object) -> None:
        await self._generator.aclose()


async def sleep(seconds: float) -> None:
    await asyncio.sleep(seconds)
