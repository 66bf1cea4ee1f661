"""Recordings with a real server and a real browser, in both halves of the client."""

from __future__ import annotations

import json
import os
import tempfile
import unittest
from typing import ClassVar

import moorage

from .both import Both, plain
from .real_server import RealServer, Site


class Recorded(Both):
    server: ClassVar[RealServer]
    site: ClassVar[Site]

    @classmethod
    def setUpClass(cls) -> None:
        cls.site = Site()
        cls.server = RealServer()
        cls.server.start()

    @classmethod
    def tearDownClass(cls) -> None:
        cls.server.close()
        cls.site.close()

    def logged_in(self, **tags):
        """A session that was recorded and has ended, and its recording."""
        browser = self.browser(self.server.url)
        session = browser.create_session(record={"mask": [".secret"]}, tags=tags)
        browser.goto(f"{self.site.url}/login")
        browser.get_by_label("Name").fill("alice")
        browser.get_by_role("button", name="Log in").click()
        browser.wait_for_url("**/account")
        browser.evaluate("fetch('/tools?a=1').then((answer) => answer.text())")
        browser.evaluate("console.error('something broke')")
        self.assertEqual(browser.recording().id, session.recording.id)
        browser.stop()
        return session, session.recording

    def test_reads_what_happened(self) -> None:
        session, recording = self.logged_in(run="7")
        self.assertEqual(recording.url, f"{self.server.url}/recordings/{session.recording_id}")
        known = recording.get()
        self.assertEqual((known.status, known.session_id, known.tags), ("complete", session.id, {"run": "7"}))
        self.assertEqual(known.options["mask"], [".secret"])

        events = list(recording.events())
        self.assertIn("Hello alice", json.dumps([event.raw for event in events]))
        times = [event.timestamp for event in events]
        self.assertEqual(times, sorted(times))
        (page,) = {event.page_id for event in events if event.type == 4 and "/account" in event.data["href"]}
        moved = list(recording.events(page=page, types=[4]))
        self.assertEqual({event.type for event in moved}, {4})
        self.assertEqual([event.raw for event in recording.events(to=1)], [])

        urls = [entry["request"]["url"] for entry in recording.har()["log"]["entries"]]
        self.assertIn(f"{self.site.url}/tools?a=1", urls)
        self.assertIn("something broke", recording.console())
        with self.assertRaises(moorage.PageNotFoundError):
            list(recording.events(page="nowhere"))
        recording.delete()
        recording.delete()
        with self.assertRaises(moorage.RecordingNotFoundError):
            recording.get()

    def test_finds_and_prunes(self) -> None:
        client = self.client(self.server.url)
        first, second = (self.logged_in(run=run) for run in ("8", "9"))
        found = [each.id for each in client.recordings.list(tags={"run": "8"}, has_errors=True, limit=1)]
        self.assertEqual(found, [first[0].recording_id])
        self.assertEqual([each.id for each in client.recordings.list(session=second[0].id)], [second[1].id])
        self.assertEqual(list(client.recordings.list(url="/nowhere")), [])
        planned = client.recordings.prune(is_dry_run=True, max_count=1)
        self.assertEqual([each.id for each in planned.recordings], [first[1].id])
        self.assertGreater(planned.freed_bytes, 0)
        client.recordings.prune(max_count=0)
        self.assertEqual(list(client.recordings.list()), [])

    def test_takes_recordings_along_as_files(self) -> None:
        client = self.client(self.server.url)
        _, recording = self.logged_in()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "login.json")
            self.assertEqual(recording.export(path), path)
            with open(path, encoding="utf-8") as file:
                whole = json.load(file)
            lines = recording.export(os.path.join(folder, "login.ndjson"))
            with open(lines, encoding="utf-8") as file:
                self.assertEqual([json.loads(line) for line in file], whole)
            for name in (path, lines):
                imported = client.recordings.import_file(name)
                self.assertEqual(imported.status, "complete")
                again = client.recording(imported.id)
                self.assertIn("Hello alice", json.dumps([event.raw for event in again.events()]))
                again.delete()
        recording.delete()

    def test_follows_a_recording_until_it_ends(self) -> None:
        browser = self.browser(self.server.url)
        other = self.browser(self.server.url)
        session = browser.create_session(record=True)
        browser.goto(self.site.url)
        # What happened before it began is told as well, from the last snapshot on, or not at all.
        heard = []
        tail = session.recording.tail()
        browser.evaluate("() => { let n = 0; setInterval(() => console.log('beat ' + n++), 50); }")
        for event in tail:
            heard.append(event)
            if event.type == 6 and len([each for each in heard if each.type == 6]) == 3:
                other.sessions.destroy(session.id)
        self.assertIn("beat", json.dumps([event.raw for event in heard]))
        self.assertEqual(session.recording.get().status, "complete")
        session.recording.delete()

    def test_gives_links_to_watch_live(self) -> None:
        browser = self.browser(self.server.url)
        session = browser.create_session()
        link = browser.live_link(can_control=True, expires_in_ms=60_000)
        self.assertTrue(link.can_control)
        self.assertIn(f"/live/{session.id}", link.url)
        self.assertIsNone(session.recording)
        self.assertIsNone(plain(browser.recording()))
        browser.stop()


class BlockingRecorded(Recorded, unittest.TestCase):
    pass


class AsyncRecorded(Recorded, unittest.TestCase):
    is_async = True


if __name__ == "__main__":
    unittest.main()
