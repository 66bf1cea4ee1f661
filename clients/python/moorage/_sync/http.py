"""HTTP/1.1 to one server over a pool of connections that are kept open, for threads."""

from __future__ import annotations

import http.client
import select
import socket
import ssl
import threading
import time
from contextlib import closing
from typing import BinaryIO, Dict, Generator, List, Mapping, Optional, Union
from urllib.parse import urlsplit

from .._addresses import connection_lost, server_silent, unreachable

# More than this many idle connections are closed again.
POOL_SIZE = 8
CHUNK_BYTES = 65_536

__all__ = ["Body", "Http", "Response", "closing", "sleep"]

Body = Union[bytes, BinaryIO, None]


class Response:
    """A response whose body is still to be read. Closing it gives its connection back, or ends a half-read one."""

    def __init__(
        self, pool: "Http", connection: http.client.HTTPConnection, response: http.client.HTTPResponse
    ) -> None:
        self.status = response.status
        self.headers: Dict[str, str] = {name.lower(): value for name, value in response.getheaders()}
        self._pool = pool
        self._connection = connection
        self._response = response

    def read(self) -> bytes:
        with self._pool.failures():
            return self._response.read()

    def chunks(self) -> Generator[bytes, None, None]:
        while True:
            with self._pool.failures():
                chunk = self._response.read1(CHUNK_BYTES)
                if not chunk and self._response.length:
                    # Which `read` itself would say, and `read1` does not.
                    raise http.client.IncompleteRead(b"", self._response.length)
            if not chunk:
                return
            yield chunk

    def lines(self) -> Generator[bytes, None, None]:
        while True:
            with self._pool.failures():
                line = self._response.readline()
            if not line:
                return
            yield line

    def close(self) -> None:
        self._pool.give_back(self._connection, self._response)


class Http:
    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self._host = parts.hostname or ""
        self._port = parts.port
        self._prefix = parts.path
        self._tls = ssl.create_default_context() if parts.scheme == "https" else None
        self._idle: List[http.client.HTTPConnection] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def open(self, method: str, target: str, headers: Mapping[str, str], body: Body, silence: float) -> Response:
        """Sends a request and gives the response when its head is there. `silence` is seconds without any byte."""
        connection = self._take(silence)
        try:
            with self.failures():
                connection.request(method, self._prefix + target, body=body, headers=dict(headers))
                return Response(self, connection, connection.getresponse())
        except BaseException:
            connection.close()  # which is how the server learns that nobody waits any more
            raise

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def give_back(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> None:
        # Before Python 3.12 a body that was read in pieces is at its end without being closed.
        is_whole = (response.isclosed() or response.length == 0) and connection.sock is not None
        response.close()
        with self._lock:
            if is_whole and not self._is_closed and len(self._idle) < POOL_SIZE:
                self._idle.append(connection)
                return
        connection.close()

    def failures(self) -> "_Failures":
        """Turns what can go wrong on a connection after something was sent into errors of this client."""
        return _Failures(self.url)

    def _take(self, silence: float) -> http.client.HTTPConnection:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._connect(silence)
            if _is_quiet(connection):
                connection.sock.settimeout(silence)
                return connection
            connection.close()

    def _connect(self, silence: float) -> http.client.HTTPConnection:
        connection: http.client.HTTPConnection = (
            http.client.HTTPConnection(self._host, self._port, timeout=silence)
            if self._tls is None
            else http.client.HTTPSConnection(self._host, self._port, timeout=silence, context=self._tls)
        )
        try:
            connection.connect()
        except OSError as error:
            connection.close()
            raise unreachable(self.url, error) from error
        # A request is two writes, head and body: the second must not wait for the acknowledgement of the first.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


class _Failures:
    def __init__(self, url: str) -> None:
        self._url = url

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: Optional[BaseException], trace: object) -> None:
        if isinstance(error, socket.timeout):
            raise server_silent(self._url) from error
        if isinstance(error, (OSError, http.client.HTTPException, ValueError)):
            raise connection_lost(self._url, error) from error


def _is_quiet(connection: http.client.HTTPConnection) -> bool:
    """Whether an idle connection is still there: one that the server has closed can be read, and gives nothing."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(connection.sock, select.POLLIN)
        return not poll.poll(0)
    return not select.select([connection.sock], [], [], 0)[0]


def sleep(seconds: float) -> None:
    time.sleep(seconds)
