"""A program's work with a real server and a real browser, in both halves of the client."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import unittest
from typing import ClassVar

import moorage

from .both import Both, plain
from .real_server import RealServer, Site, until


class RealWork(Both):
    server: ClassVar[RealServer]
    site: ClassVar[Site]

    @classmethod
    def setUpClass(cls) -> None:
        cls.site = Site()
        cls.server = RealServer()
        cls.server.start()

    @classmethod
    def tearDownClass(cls) -> None:
        with moorage.Moorage(cls.server.url) as client:
            for surface in client.surfaces.list():
                client.surfaces.delete(surface.name)
        cls.server.close()
        cls.site.close()

    def alice(self):
        return self.browser(self.server.url, surface="alice")

    def tools(self):
        """A page of its own for one test."""
        browser = self.alice()
        return browser.new_page(f"{self.site.url}/tools")

    def test_goes_on_where_it_was_after_the_death_of_server_and_program(self) -> None:
        first = self.alice()
        first.new_page()
        first.goto(f"{self.site.url}/login")
        first.get_by_label("Name").fill("alice")
        first.get_by_role("button", name="Log in").click()
        first.wait_for_url("**/account")
        first.evaluate("() => { window.secret = 42; }")
        page_id = first.page_id
        before = {page.id for page in first.pages()}

        self.server.kill()
        self.server.start()

        # The program that lived on, and another one that was started anew.
        self.assertEqual(first.text_content("h1"), "Hello alice")
        self.assertEqual(first.evaluate("window.secret"), 42)
        self.assertEqual(first.last_reply.generation, 1)
        self.assertEqual({page.id for page in first.pages()}, before)
        second = self.browser(self.server.url, surface="alice", page_id=page_id)
        self.assertEqual(second.evaluate("() => window.secret"), 42)
        self.assertEqual(second.url, f"{self.site.url}/account")
        first.current_page().close()

    def test_finds_elements_as_playwright_does(self) -> None:
        page = self.tools()
        items = page.get_by_role("listitem")
        self.assertEqual(items.count(), 3)
        self.assertEqual(items.all_text_contents(), ["one", "two bold", "three"])
        self.assertEqual(items.filter(has=plain(page.locator("b"))).text_content(), "two bold")
        self.assertEqual(items.nth(2).inner_text(), "three")
        self.assertEqual(items.last.text_content(), "three")
        inner = page.frame_locator("iframe").get_by_role("button")
        inner.click()
        self.assertEqual(inner.text_content(), "pressed")
        page.get_by_label("Agree").check()
        self.assertTrue(page.is_checked("input[type=checkbox]"))
        self.assertEqual(page.get_by_label("Size").select_option(label="Large"), ["l"])
        self.assertEqual(page.evaluate("(name) => document.querySelector(name).value", "select"), "l")
        page.close()

    def test_writes_screenshots_and_gives_their_path(self) -> None:
        page = self.tools()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "x.png")
            self.assertEqual(page.screenshot(path), path)
            with open(path, "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
        self.assertTrue(page.screenshot(type="jpeg", quality=50).startswith(b"\xff\xd8"))
        self.assertTrue(page.get_by_role("list").screenshot().startswith(b"\x89PNG"))
        page.close()

    def test_sends_and_fetches_files(self) -> None:
        page = self.tools()
        with tempfile.TemporaryDirectory() as folder:
            local = os.path.join(folder, "notes.txt")
            with open(local, "w", encoding="utf-8") as file:
                file.write("hello")
            page.set_input_files("input[type=file]", local)
            self.assertEqual(page.text_content("#names"), "notes.txt:5")
            page.locator("input[type=file]").set_input_files(
                [{"name": "a.bin", "mimeType": "application/octet-stream", "buffer": b"123"}]
            )
            self.assertEqual(page.text_content("#names"), "a.bin:3")
            with page.expect_download() as download:
                page.click("#file")
            saved = download.save_as(os.path.join(folder, "report.csv"))
            with open(saved, encoding="utf-8") as file:
                self.assertEqual(file.read(), "a,b\n1,2\n")
        page.close()

    def test_hears_what_happens_in_a_page(self) -> None:
        page = self.tools()
        before = page.events().last
        page.evaluate("console.log('hello from the page')")
        (heard,) = page.events(after=before, types=["console"], wait=5000)
        self.assertEqual(heard.data["text"], "hello from the page")
        stream = page.listen(after=before, types=["console"])
        self.assertEqual(next(stream).sequence, heard.sequence)
        stream.close()
        with page.expect_popup() as popup:
            page.click("#other")
        other = popup.page()
        self.assertEqual(other.text_content("h1"), "Start")
        other.close()
        page.close()

    def test_holds_a_dialog_for_a_later_answer(self) -> None:
        page = self.tools()
        page.set_dialog_policy("hold")
        with page.expect_event("dialog") as dialog:
            page.evaluate("() => { setTimeout(() => document.querySelector('#ask').click()); }")
        self.assertEqual(dialog.value.data["message"], "Really?")
        page.dialog.accept()
        self.assertEqual(page.text_content("#answer"), "yes")
        page.close()

    def test_sends_a_batch_as_one_request(self) -> None:
        page = self.tools()
        outcomes = page.batch(
            [
                moorage.command("textContent", locator=plain(page.get_by_role("listitem").first)),
                moorage.command("click", locator="#nowhere", timeout=200),
                moorage.command("title"),
            ],
            stop_on_error=False,
        )
        self.assertEqual([outcome.ok for outcome in outcomes], [True, False, True])
        self.assertEqual([outcomes[0].result, outcomes[2].result], ["one", "Tools"])
        self.assertIsInstance(outcomes[1].error, moorage.TimeoutError)
        heard = []
        page.batch([moorage.command("title"), moorage.command("url")], on_outcome=lambda *each: heard.append(each))
        self.assertEqual([(index, outcome.result) for index, outcome in heard], [(0, "Tools"), (1, page.url)])
        page.close()

    def test_keeps_handles_across_commands(self) -> None:
        page = self.tools()
        item = page.query_selector("li")
        self.assertEqual(item.text_content(), "one")
        self.assertEqual(page.evaluate("(element) => element.tagName", plain(item)), "LI")
        self.assertIsNone(page.query_selector("#nowhere"))
        page.close()

    def test_works_the_keyboard_and_what_pages_share(self) -> None:
        page = self.tools()
        page.goto(f"{self.site.url}/login")
        page.focus("input")
        page.keyboard.type("bo")
        page.keyboard.press("b")
        self.assertEqual(page.input_value("input"), "bob")
        page.context.add_cookies([{"name": "user", "value": "carol", "url": self.site.url}])
        self.assertIn("carol", [cookie["value"] for cookie in page.context.cookies()])
        page.goto(f"{self.site.url}/account")
        self.assertEqual(page.text_content("h1"), "Hello carol")
        page.close()

    def test_says_what_went_wrong(self) -> None:
        page = self.tools()
        with self.assertRaises(moorage.TimeoutError) as late:
            page.click("#nowhere", timeout=200)
        self.assertIn("#nowhere", late.exception.detail)
        with self.assertRaises(moorage.InvalidArgumentError):
            page.command("goto", {"url": 5})
        with self.assertRaises(moorage.InvalidArgumentError) as unknown:
            page.command("textContents", {"locator": "h1"})
        self.assertIn("textContent", unknown.exception.detail)
        with self.assertRaises(moorage.AddressRefusedError):
            page.goto("file:///etc/passwd")
        page.close()
        with self.assertRaises((moorage.PageClosedError, moorage.PageNotFoundError)):
            page.title()

    def test_keeps_others_off_a_surface_that_it_has_leased(self) -> None:
        carol, other = (self.browser(self.server.url, surface="carol") for _ in range(2))
        carol.goto(self.site.url)
        lease = carol.lease(holder="carol's program", ttl_ms=60_000)
        self.assertEqual(other.text_content("h1"), "Start")
        with self.assertRaises(moorage.SurfaceLockedError) as locked:
            other.click("a")
        self.assertIn("carol's program", locked.exception.detail)
        carol.click("a")
        self.assertEqual(carol.surfaces.get("carol").lease["id"], lease.id)
        carol.release()
        other.goto(self.site.url)
        carol.surfaces.delete("carol")

    def test_moves_what_a_surface_has(self) -> None:
        browser = self.browser(self.server.url)
        surfaces = browser.surfaces
        opened = browser.open_surface("dora", viewport={"width": 700, "height": 500})
        self.assertEqual((opened.status, opened.generation), ("running", 1))
        browser.context.add_cookies([{"name": "user", "value": "dora", "url": self.site.url, "expires": 4e9}])
        state = surfaces.storage_state("dora")
        self.assertEqual([cookie["value"] for cookie in state["cookies"]], ["dora"])
        surfaces.set_storage_state("dora", {"cookies": [{**state["cookies"][0], "name": "more"}]})
        self.assertEqual(len(surfaces.storage_state("dora")["cookies"]), 2)
        self.assertEqual(surfaces.stop("dora").status, "stopped")
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "dora.tar.gz")
            self.assertEqual(surfaces.save_archive("dora", path), path)
            self.assertEqual(surfaces.load_archive("eve", path).name, "eve")
        self.assertEqual(surfaces.clone("dora", "fred").name, "fred")
        for name in ("eve", "fred"):
            copy = self.browser(self.server.url, surface=name)
            copy.goto(f"{self.site.url}/account")
            self.assertIn("Hello dora", copy.text_content("h1"))
        found = {surface.name for surface in surfaces.list()}
        self.assertLessEqual({"dora", "eve", "fred"}, found)
        for name in ("dora", "eve", "fred"):
            surfaces.delete(name)
        self.assertRaises(moorage.SurfaceNotFoundError, lambda: surfaces.get("dora"))

    def test_makes_sessions_that_outlive_the_program(self) -> None:
        browser = self.browser(self.server.url)
        session = browser.create_session(tags={"made": "by python"})
        browser.goto(self.site.url)
        browser.close()
        again = self.browser(self.server.url, session_id=session.id)
        self.assertEqual(again.text_content("h1"), "Start")
        self.assertIn(session.id, [found.id for found in again.sessions.list(tags={"made": "by python"})])
        again.stop()
        self.assertEqual(again.sessions.get(session.id).status, "ended")


class BlockingWork(RealWork, unittest.TestCase):
    def test_says_what_was_lost_when_chrome_itself_died(self) -> None:
        bob = self.browser(self.server.url, surface="bob")
        bob.goto(f"{self.site.url}/login")
        bob.fill("input", "bob")
        bob.get_by_role("button").click()
        bob.wait_for_url("**/account")
        heard = []
        bob.on_reconnected(heard.append)
        # What is saved is some seconds old.
        time.sleep(10)
        os.kill(bob.surfaces.get("bob").pid, signal.SIGKILL)
        until(lambda: bob.surfaces.get("bob").status == "crashed", "the state crashed")
        self.assertEqual(bob.text_content("h1"), "Hello bob")
        self.assertEqual(bob.last_reply.generation, 2)
        self.assertEqual(heard[-1].generation, 2)
        self.assertIn("page-state", heard[-1].lost)
        bob.surfaces.delete("bob")


class AsyncWork(RealWork, unittest.TestCase):
    is_async = True


if __name__ == "__main__":
    unittest.main()
