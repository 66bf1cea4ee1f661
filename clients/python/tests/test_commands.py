"""Whether the methods of the client are those of the command table."""

from __future__ import annotations

import inspect
import json
import re
import unittest
from pathlib import Path

import moorage
from moorage._async import commands as async_commands
from moorage._sync import commands as sync_commands

TABLE = Path(__file__).resolve().parents[2] / "commands.json"
# What a page does without a command: it is closed by DELETE.
WITHOUT = {"close"}


class Commands(unittest.TestCase):
    def setUp(self) -> None:
        self.actions = {command["action"] for command in json.loads(TABLE.read_text("utf-8"))}

    def test_has_a_method_for_every_command(self) -> None:
        for module in (async_commands, sync_commands):
            sent = set(re.findall(r'\._(?:result|send)\(\s*"([^"]+)"', inspect.getsource(module)))
            self.assertEqual(sent | WITHOUT, self.actions)

    def test_knows_which_commands_change_nothing(self) -> None:
        table = json.loads(TABLE.read_text("utf-8"))
        reads = {command["action"] for command in table if command["effect"] == "read"}
        self.assertEqual(sync_commands.READS, reads)

    def test_has_the_same_methods_in_both_halves(self) -> None:
        pairs = [
            (moorage.PersistentBrowser, moorage.AsyncPersistentBrowser),
            (moorage.Page, moorage.AsyncPage),
            (moorage.Locator, moorage.AsyncLocator),
            (moorage.Moorage, moorage.AsyncMoorage),
        ]
        for blocking, asynchronous in pairs:
            renamed = {name.replace("aclose", "close") for name in _public(asynchronous)}
            self.assertEqual(set(_public(blocking)), renamed)

    def test_takes_arguments_as_playwright_for_python_does(self) -> None:
        expected = {
            "click": ["selector"],
            "evaluate": ["expression", "arg"],
            "fill": ["selector", "value"],
            "get_attribute": ["selector", "name"],
            "goto": ["url"],
            "press": ["selector", "key"],
            "screenshot": ["path"],
            "select_option": ["selector", "value"],
            "set_input_files": ["selector", "files"],
            "set_viewport_size": ["viewport_size"],
            "type": ["selector", "text"],
            "wait_for_timeout": ["timeout"],
            "wait_for_url": ["url"],
        }
        for name, positional in expected.items():
            parameters = list(inspect.signature(getattr(moorage.Page, name)).parameters.values())[1:]
            found = [each.name for each in parameters if each.kind is each.POSITIONAL_OR_KEYWORD]
            self.assertEqual((name, found), (name, positional))


def _public(kind: type) -> "list[str]":
    return [name for name in dir(kind) if not name.startswith("_")]


if __name__ == "__main__":
    unittest.main()
