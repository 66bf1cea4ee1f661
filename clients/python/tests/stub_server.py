"""A server that answers as a test says, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Union


@dataclass
class Request:
    method: str
    target: str
    headers: Dict[str, str]
    body: bytes
    #: The client's end of the connection, to tell connections apart.
    client: Any

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None


@dataclass
class Answer:
    status: int = 200
    body: Union[bytes, Any] = None
    headers: Dict[str, str] = field(default_factory=dict)
    #: Sent in chunks of HTTP/1.1, the body then being a list of bytes.
    is_chunked: bool = False
    #: Ends the connection behind half of the answer, or before it.
    breaks: Optional[str] = None
    #: Closes the connection once it is sent, without having said so.
    closes: bool = False


class StubServer:
    def __init__(self, answer: Callable[[Request], Answer], port: int = 0) -> None:
        stub = self
        self.requests: List[Request] = []
        self.answer = answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, body, self.client_address)
                stub.requests.append(request)
                self._send(stub.answer(request))

            do_GET = do_POST = do_PUT = do_DELETE = handle_any

            def _send(self, answer: Answer) -> None:
                if answer.breaks == "before":
                    self.close_connection = True
                    return
                content = answer.body if isinstance(answer.body, (bytes, list)) else _json(answer.body)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.is_chunked:
                    self.send_header("transfer-encoding", "chunked")
                    self.end_headers()
                    for chunk in content:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
                        self.wfile.flush()
                    if answer.breaks is None:
                        self.wfile.write(b"0\r\n\r\n")
                else:
                    self.send_header("content-length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content if answer.breaks is None else content[: len(content) // 2])
                if answer.breaks or answer.closes:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        self._server = QuietServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # clients of these tests hang up in the middle


def _json(value: Any) -> bytes:
    return b"" if value is None else json.dumps(value).encode()
