"""Several things at once: threads, tasks, and a request that is given up."""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Dict, List

import moorage

from .stub_server import Answer, Request, StubServer
from .test_requests import PAGE, reply


class AtOnce(unittest.TestCase):
    def setUp(self) -> None:
        self.over = threading.Event()
        self.all_asked = threading.Barrier(4)
        self.server = StubServer(self.answer)

    def tearDown(self) -> None:
        self.over.set()
        self.server.close()

    def answer(self, request: Request) -> Answer:
        if request.target.startswith("/v1/artifacts/"):
            self.all_asked.wait(20)
            return Answer(body=b"the whole")
        if request.method == "GET":
            return Answer(200, PAGE)
        body: Dict[str, Any] = request.json
        if body["action"] == "waitForTimeout":
            self.over.wait(20)
        return Answer(200, reply(body["params"].get("expression")))

    def test_gives_each_thread_its_own_answer(self) -> None:
        with moorage.Moorage(self.server.url) as client, ThreadPoolExecutor(8) as threads:
            page = client.page("pag_1")
            asked = [f"expression {index}" for index in range(200)]
            self.assertEqual(list(threads.map(page.evaluate, asked)), asked)
        # As many connections as there were threads, or a few more where one was closed as superfluous.
        self.assertLess(len({request.client for request in self.server.requests}), 40)

    def test_saves_to_one_path_at_once_and_keeps_one_whole_file(self) -> None:
        with moorage.Moorage(self.server.url) as client, ThreadPoolExecutor(4) as threads:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "file")
                self.assertEqual(list(threads.map(lambda _: client.artifacts.save("art_1", path), range(4))), [path] * 4)
                self.assertEqual(os.listdir(folder), ["file"])
                with open(path, "rb") as file:
                    self.assertEqual(file.read(), b"the whole")

    def test_gives_each_task_its_own_answer(self) -> None:
        async def work() -> List[str]:
            async with moorage.AsyncMoorage(self.server.url) as client:
                page = await client.page("pag_1")
                return list(await asyncio.gather(*(page.evaluate(f"expression {index}") for index in range(100))))

        self.assertEqual(asyncio.run(work()), [f"expression {index}" for index in range(100)])

    def test_works_in_one_event_loop_after_the_other(self) -> None:
        client = moorage.AsyncMoorage(self.server.url)

        async def work() -> str:
            async with client:
                return (await client.page("pag_1")).id

        self.assertEqual([asyncio.run(work()), asyncio.run(work())], ["pag_1", "pag_1"])

    def test_ends_the_request_of_a_task_that_is_canceled(self) -> None:
        async def work() -> None:
            async with moorage.AsyncMoorage(self.server.url) as client:
                page = await client.page("pag_1")
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(page.wait_for_timeout(10_000), 0.2)
                # The connection on which the answer would come is not used again.
                self.assertEqual(await page.evaluate("next"), "next")

        asyncio.run(work())
        waiting, following = self.server.requests[-2:]
        self.assertNotEqual(waiting.client, following.client)


if __name__ == "__main__":
    unittest.main()
