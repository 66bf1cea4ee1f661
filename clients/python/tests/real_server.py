"""The built server as a process, and a small site to look at. Each leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, List, Optional
from urllib.parse import parse_qs

ROOT = Path(__file__).resolve().parents[3]


class RealServer:
    """`moorage serve` on a data folder of its own, which outlives `kill`."""

    COMMAND = ("node", str(ROOT / "dist" / "cli" / "moorage.js"))

    def __init__(self) -> None:
        self.data = tempfile.mkdtemp(prefix="moorage-python-")
        self.log = open(os.path.join(self.data, "test.log"), "w+b")  # noqa: SIM115  (closed by `close`)
        self.url = ""
        self._process: Optional["subprocess.Popen[bytes]"] = None

    def start(self) -> str:
        command = [*self.COMMAND, "serve", "--port", self._port(), "--data", self.data, "--json"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, cwd=self.data)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            event = json.loads(line)
            if event["event"] == "server.ready":
                self.url = event["url"]
                return self.url
        self.log.seek(0)
        raise AssertionError(f"the server ended before it was ready:\n{self.log.read().decode()}")

    def kill(self) -> None:
        """SIGKILL: its browsers live on."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def close(self) -> None:
        """Stops it and proves that nothing of it is left."""
        self.stop()
        self.log.close()
        until(lambda: not self._processes(), f"the end of {self._processes()}")
        shutil.rmtree(self.data)

    def _end(self, how: int) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def _port(self) -> str:
        """A free one at first, and the same again after a restart: clients have its address."""
        return self.url.rpartition(":")[2] or "0"

    def _processes(self) -> List[str]:
        found = []
        for entry in Path("/proc").iterdir():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:
                continue  # no process, or one that has just ended
            if self.data in line:
                found.append(f"{entry.name} {line[:200]}")
        return found


PAGES = {
    "/": '<title>Start</title><h1>Start</h1><a href="/login">Log in</a>',
    "/login": """<title>Log in</title>
        <form method="post"><label>Name <input name="name"></label><button>Log in</button></form>""",
    "/tools": """<title>Tools</title>
        <ul><li>one</li><li>two <b>bold</b></li><li>three</li></ul>
        <select aria-label="Size"><option value="s">Small</option><option value="l">Large</option></select>
        <label><input type="checkbox"> Agree</label>
        <input type="file" multiple
          onchange="names.textContent = [...this.files].map(f => f.name + ':' + f.size).join()">
        <p id="names"></p>
        <button id="ask" onclick="answer.textContent = confirm('Really?') ? 'yes' : 'no'">Ask</button>
        <p id="answer"></p>
        <a id="file" href="/report.csv" download="report.csv">Report</a>
        <a id="other" href="/" target="_blank">Other</a>
        <iframe srcdoc="<button onclick=&quot;this.textContent='pressed'&quot;>Inner</button>"></iframe>""",
}


class Site:
    def __init__(self) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if self.path == "/account":
                    user = (self.headers.get("cookie") or "").partition("user=")[2] or "stranger"
                    self._send(200, f"<title>Account</title><h1>Hello {user}</h1>")
                elif self.path == "/report.csv":
                    self._send(200, "a,b\n1,2\n", ("content-type", "text/csv"))
                else:
                    self._send(200 if self.path in PAGES else 404, PAGES.get(self.path, "<title>Not found</title>"))

            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                cookie = f"user={form['name'][0]}; Path=/; Max-Age=86400; HttpOnly"
                self._send(303, "", ("location", "/account"), ("set-cookie", cookie))

            def _send(self, status: int, text: str, *headers: Any) -> None:
                content = text.encode()
                self.send_response(status)
                for name, value in headers or [("content-type", "text/html; charset=utf-8")]:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def until(condition: Callable[[], Any], what: str, seconds: float = 15) -> None:
    """Waits until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"it never happened within {seconds} s: {what}")
        time.sleep(0.02)
