"""What is sent, what is made of the answers, and what happens when there is none. Against a server that is scripted."""

from __future__ import annotations

import json
import os
import re
import tempfile
import threading
import unittest
from typing import Any, Callable, Dict, List
from unittest import mock

import moorage

from .both import Both, plain
from .stub_server import Answer, Request, StubServer

PAGE = {
    "id": "pag_1",
    "targetId": "T1",
    "sessionId": "ses_1",
    "url": "http://site/",
    "title": "Site",
    "isResponsive": True,
}
ARTIFACT = {
    "id": "art_1",
    "name": "shot.png",
    "contentType": "image/png",
    "sizeBytes": 4,
    "sha256": "00",
    "createdAt": "2026-11-21T09:00:00.000Z",
    "expiresAt": "2026-11-22T09:00:00.000Z",
}


def reply(result: Any = None, **more: Any) -> Dict[str, Any]:
    page = {"id": "pag_1", "url": "http://site/after", "title": "After"}
    return {"result": result, "page": page, "durationMs": 1.5, **more}


def refusal(code: str, status: int, **more: Any) -> Answer:
    body = {"code": code, "detail": "What was seen.", "hint": "What to do.", "title": "Refused", "requestId": "req_1"}
    return Answer(status, {**body, "status": status, "retryable": False, **more})


class Requests(Both):
    def setUp(self) -> None:
        super().setUp()
        self.routes: Dict[str, Callable[[Request], Answer]] = {
            "GET /v1/sessions/alice/pages": lambda _: Answer(200, {"data": [PAGE], "nextCursor": None}),
            "PUT /v1/surfaces/alice": lambda _: Answer(200, {"name": "alice", "sessionId": "ses_1", "generation": 1}),
            "GET /v1/pages/pag_1": lambda _: Answer(200, PAGE),
        }
        self.server = StubServer(self.answer)

    def tearDown(self) -> None:
        super().tearDown()
        self.server.close()

    def answer(self, request: Request) -> Answer:
        route = self.routes.get(f"{request.method} {request.target.partition('?')[0]}")
        return route(request) if route else refusal("route-not-found", 404)

    def commands(self, *answers: Any) -> List[Any]:
        """Answers the commands to come, one by one, and gives the list into which they are written."""
        seen: List[Any] = []
        left = list(answers)

        def take(request: Request) -> Answer:
            seen.append(request.json)
            answer = left.pop(0) if left else reply()
            return answer if isinstance(answer, Answer) else Answer(200, answer)

        self.routes["POST /v1/pages/pag_1/command"] = take
        return seen

    def alice(self, **named: Any) -> Any:
        return self.browser(self.server.url, surface="alice", **named)

    # What is sent

    def test_wakes_a_surface_at_the_first_use_and_sends_a_chain_of_locators_as_one_command(self) -> None:
        seen = self.commands()
        browser = self.alice()
        rows = browser.get_by_role("row").filter(has_text=re.compile("^Total", re.IGNORECASE), has=browser.locator("b"))
        rows.nth(1).get_by_label("Amount", exact=True).click(timeout=500)
        self.assertEqual(
            [f"{request.method} {request.target}" for request in self.server.requests],
            [
                "PUT /v1/surfaces/alice",
                "GET /v1/sessions/alice/pages",
                "POST /v1/pages/pag_1/command",
            ],
        )
        chain = [
            {"getByRole": ["row"]},
            {"filter": [{"hasText": {"regex": "^Total", "flags": "i"}, "has": [{"locator": ["b"]}]}]},
            {"nth": [1]},
            {"getByLabel": ["Amount", {"exact": True}]},
        ]
        self.assertEqual(seen[0]["params"], {"locator": chain})
        self.assertEqual(seen[0]["timeoutMs"], 500)

    def test_keeps_the_connection_open(self) -> None:
        self.commands()
        browser = self.alice()
        for _ in range(3):
            browser.click("#go")
        self.assertEqual(len({request.client for request in self.server.requests}), 1)

    def test_takes_address_and_key_from_the_environment(self) -> None:
        self.routes["GET /v1/backends"] = lambda _: Answer(200, {"data": [], "nextCursor": None})
        with mock.patch.dict(os.environ, {"MOORAGE_URL": self.server.url, "MOORAGE_API_KEY": "secret"}):
            self.assertEqual(self.client().backends(), [])
        self.assertEqual(self.server.requests[0].headers["authorization"], "Bearer secret")

    def test_refuses_an_address_that_is_none(self) -> None:
        for address in ("localhost:4477", "ws://127.0.0.1", "/tmp"):
            with self.assertRaises(ValueError):
                self.client(address)

    def test_makes_one_session_when_the_first_answer_is_lost(self) -> None:
        session = {"id": "ses_1", "status": "ready", "keepAlive": True}
        answers = [Answer(breaks="before"), Answer(201, session)]
        self.routes["POST /v1/sessions"] = lambda _: answers.pop(0)
        browser = self.browser(self.server.url)
        made = browser.create_session(viewport={"width": 800, "height": 600}, idle_timeout_ms=60_000)
        self.assertEqual((made.id, browser.session_id), ("ses_1", "ses_1"))
        first, second = self.server.requests
        self.assertEqual(
            first.json, {"viewport": {"width": 800, "height": 600}, "idleTimeoutMs": 60_000, "keepAlive": True}
        )
        self.assertEqual(first.headers["idempotency-key"], second.headers["idempotency-key"])

    def test_sends_the_token_of_its_lease_until_it_is_released(self) -> None:
        seen = self.commands()
        self.routes["POST /v1/surfaces/alice/lease"] = lambda _: Answer(201, {"id": "lea_1", "token": "tok"})
        self.routes["DELETE /v1/surfaces/alice/lease"] = lambda _: Answer(200, {"id": "lea_1"})
        browser = self.alice()
        browser.lease(holder="test", ttl_ms=5000)
        browser.click("#go")
        browser.release()
        browser.click("#go")
        self.assertEqual(len(seen), 2)
        tokens = [request.headers.get("moorage-lease") for request in self.server.requests]
        # The surface is opened, the lease taken; then come the list of pages, a click, the release and a click.
        self.assertEqual(tokens, [None, None, "tok", "tok", "tok", None])

    # What is made of the answers

    def test_tells_of_reconnects_and_knows_the_address_of_the_page(self) -> None:
        self.commands(reply("42", generation=2, reconnected={"lost": ["handles"]}))
        browser = self.alice()
        heard: List[moorage.Reconnected] = []
        browser.on_reconnected(heard.append)
        self.assertEqual(browser.text_content("h1"), "42")
        self.assertEqual(heard, [moorage.Reconnected("pag_1", ("handles",), 2)])
        self.assertEqual((browser.url, browser.last_reply.generation), ("http://site/after", 2))

    def test_fetches_a_result_that_was_too_long_for_its_reply(self) -> None:
        self.commands(reply("beginning", truncated=True, artifact=ARTIFACT))
        self.routes["GET /v1/artifacts/art_1"] = lambda _: Answer(body=[b'"the ', b'whole"'], is_chunked=True)
        self.assertEqual(self.alice().text_content("h1"), "the whole")

    def test_raises_the_class_of_a_problem_with_all_it_says(self) -> None:
        self.commands(
            refusal("page-closed", 410), refusal("invalid-argument", 400, errors=[{"path": "/a", "message": "b"}])
        )
        browser = self.alice()
        with self.assertRaises(moorage.PageClosedError) as closed:
            browser.click("#go")
        error = closed.exception
        self.assertEqual(
            (error.code, error.detail, error.hint, error.status, error.request_id, error.retryable),
            ("page-closed", "What was seen.", "What to do.", 410, "req_1", False),
        )
        with self.assertRaises(moorage.InvalidArgumentError) as invalid:
            browser.click("#go")
        self.assertEqual(invalid.exception.errors, [{"path": "/a", "message": "b"}])

    def test_knows_a_problem_that_is_newer_than_itself(self) -> None:
        self.commands(refusal("brand-new", 418))
        with self.assertRaises(moorage.MoorageError) as raised:
            self.alice().click("#go")
        self.assertEqual(raised.exception.code, "brand-new")

    def test_says_that_something_else_answers(self) -> None:
        self.routes["GET /v1/backends"] = lambda _: Answer(404, b"<h1>nginx</h1>")
        with self.assertRaisesRegex(moorage.UnexpectedResponseError, "404 with <h1>nginx"):
            self.client(self.server.url).backends()

    def test_gives_the_outcomes_of_a_batch(self) -> None:
        problem = {"code": "timeout", "detail": "No element.", "retryable": True, "status": 504}
        outcomes = [{"ok": True, "reply": reply("text")}, {"ok": False, "problem": problem}]
        self.routes["POST /v1/pages/pag_1/commands"] = lambda _: Answer(200, {"outcomes": outcomes, "durationMs": 3})
        browser = self.alice()
        first, second = browser.batch(
            [
                moorage.command("textContent", locator=plain(browser.get_by_role("heading"))),
                moorage.command("click", locator="#go", no_wait_after=True, timeout=100),
            ],
            stop_on_error=False,
        )
        self.assertEqual((first.ok, first.result, second.ok), (True, "text", False))
        self.assertRaises(moorage.TimeoutError, lambda: second.result)
        self.assertEqual(
            self.server.requests[-1].json,
            {
                "commands": [
                    {"action": "textContent", "params": {"locator": [{"getByRole": ["heading"]}]}},
                    {"action": "click", "params": {"locator": "#go", "noWaitAfter": True}, "timeoutMs": 100},
                ],
                "stopOnError": False,
            },
        )

    def test_tells_of_each_outcome_of_a_batch_as_it_comes(self) -> None:
        first = b"event: outcome\nid: 0\ndata: %s\n\n" % json.dumps({"ok": True, "reply": reply(1)}).encode()
        end = b'event: end\ndata: {"outcomes": 1, "durationMs": 2}\n\n'
        bodies = [[first, end], [first], [b'event: problem\ndata: {"code": "page-closed", "detail": "Gone."}\n\n']]
        self.routes["POST /v1/pages/pag_1/commands"] = lambda _: Answer(body=bodies.pop(0), is_chunked=True)
        browser = self.alice()
        heard: List[Any] = []

        def send() -> Any:
            return browser.batch([moorage.command("title")], on_outcome=lambda *outcome: heard.append(outcome))

        (outcome,) = send()
        self.assertEqual((heard, outcome.result), ([(0, outcome)], 1))
        self.assertEqual(self.server.requests[-1].headers["accept"], "text/event-stream")
        self.assertRaises(moorage.CommandOutcomeUnknownError, send)
        self.assertRaises(moorage.PageClosedError, send)

    def test_lists_page_by_page(self) -> None:
        pages = {"": ("a", "next"), "next": ("b", None)}

        def page(request: Request) -> Answer:
            name, cursor = pages[request.target.partition("cursor=")[2]]
            return Answer(200, {"data": [{"name": name}], "nextCursor": cursor})

        self.routes["GET /v1/surfaces"] = page
        self.assertEqual([surface.name for surface in self.client(self.server.url).surfaces.list()], ["a", "b"])

    # Files

    def test_streams_uploads_and_downloads(self) -> None:
        content = os.urandom(3_000_000)
        self.routes["POST /v1/artifacts"] = lambda _: Answer(201, ARTIFACT)
        self.routes["GET /v1/artifacts/art_1"] = lambda _: Answer(body=content)
        client = self.client(self.server.url)
        with tempfile.TemporaryDirectory() as folder:
            source = os.path.join(folder, "größe.bin")
            with open(source, "wb") as file:
                file.write(content)
            self.assertEqual(client.artifacts.upload(source).id, "art_1")
            saved = client.artifacts.save("art_1", os.path.join(folder, "new", "copy.bin"))
            with open(saved, "rb") as file:
                self.assertEqual(file.read(), content)
        upload = self.server.requests[0]
        self.assertEqual(upload.body, content)
        self.assertEqual(upload.target, "/v1/artifacts?name=gr%C3%B6%C3%9Fe.bin")

    def test_leaves_no_half_file_when_a_download_breaks_off(self) -> None:
        for answer in (Answer(body=b"12345678", breaks="half"), Answer(body=[b"1234"], is_chunked=True, breaks="half")):
            self.routes["GET /v1/artifacts/art_1"] = lambda _, answer=answer: answer  # type: ignore[misc]
            with tempfile.TemporaryDirectory() as folder:
                with self.assertRaises(moorage.ConnectionLostError):
                    self.client(self.server.url).artifacts.save("art_1", os.path.join(folder, "file"))
                self.assertEqual(os.listdir(folder), [])

    # Failures

    def test_never_sends_a_click_twice_when_its_answer_is_lost(self) -> None:
        seen = self.commands(Answer(breaks="before"))
        with self.assertRaises(moorage.CommandOutcomeUnknownError):
            self.alice().click("#go")
        self.assertEqual(len(seen), 1)

    def test_sends_a_read_again_when_its_answer_is_lost(self) -> None:
        seen = self.commands(Answer(breaks="before"), reply("text"))
        self.assertEqual(self.alice().text_content("h1"), "text")
        self.assertEqual(len(seen), 2)

    def test_goes_on_when_the_server_has_closed_an_idle_connection(self) -> None:
        seen = self.commands(Answer(200, reply(), closes=True), reply())
        browser = self.alice()
        browser.click("#go")
        self.settle()
        browser.click("#go")
        self.assertEqual(len(seen), 2)

    def test_goes_on_with_a_server_that_was_started_again(self) -> None:
        self.commands()
        browser = self.alice()
        browser.click("#go")
        port = int(self.server.url.rpartition(":")[2])
        self.server.close()
        self.settle()
        back = threading.Timer(0.1, self._start_again, [port])
        back.start()
        seen = self.commands()
        browser.click("#go")
        back.join()
        self.assertEqual(len(seen), 1)

    def test_says_where_it_looked_when_nobody_listens(self) -> None:
        self.server.close()
        try:
            with self.assertRaisesRegex(moorage.UnreachableError, re.escape(self.server.url)) as raised:
                self.client(self.server.url, retries=0).backends()
            self.assertTrue(raised.exception.retryable)
        finally:
            self.server = StubServer(self.answer)

    def test_says_that_the_server_is_silent(self) -> None:
        over = threading.Event()

        def wait(_: Request) -> Answer:
            over.wait(10)
            return Answer(200, {"data": []})

        self.routes["GET /v1/backends"] = wait
        try:
            with self.assertRaises(moorage.ServerTimeoutError):
                self.client(self.server.url, timeout=0.2, retries=0).backends()
        finally:
            over.set()

    def test_resumes_a_stream_of_events_behind_the_last_one(self) -> None:
        def event(sequence: int) -> bytes:
            return b'id: %d\nevent: console\ndata: {"sequence": %d, "type": "console", "at": "", "data": {}}\n\n' % (
                sequence,
                sequence,
            )

        answers = [
            Answer(body=[b": hello\n\n", event(4)[:9], event(4)[9:] + event(5)], is_chunked=True, breaks="half"),
            Answer(body=[event(6).replace(b"\n", b"\r\n")], is_chunked=True),
        ]
        self.routes["GET /v1/pages/pag_1/events"] = lambda _: answers.pop(0)
        page = self.client(self.server.url).page("pag_1")
        found = []
        stream = page.listen(after=3, types=["console", "dialog"])
        for heard in stream:
            found.append(heard.sequence)
            if len(found) == 3:
                break
        stream.close()
        self.assertEqual(found, [4, 5, 6])
        streams = self.server.requests[1:]
        self.assertEqual([request.headers.get("last-event-id") for request in streams], ["3", "5"])
        self.assertEqual(streams[0].target, "/v1/pages/pag_1/events?types=console&types=dialog")

    def settle(self) -> None:
        """Lets an event loop see what happened on its sockets, as a program does between two steps."""
        import time

        time.sleep(0.05)
        if self.is_async:
            import asyncio

            self.loop.run_until_complete(asyncio.sleep(0.05))

    def _start_again(self, port: int) -> None:
        self.server = StubServer(self.answer, port)


class BlockingRequests(Requests, unittest.TestCase):
    pass


class AsyncRequests(Requests, unittest.TestCase):
    is_async = True


if __name__ == "__main__":
    unittest.main()
