"""Runs the same tests on the blocking client and on the asynchronous one."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, List

import moorage


class Blocked:
    """An object of the asynchronous client as if it were one of the blocking client."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: Any) -> None:
        self.__dict__["_loop"] = loop
        self.__dict__["_target"] = target

    def __getattr__(self, name: str) -> Any:
        # The blocking twin of `aclose` is `close`; pages have a `close` of their own.
        if name == "close" and not hasattr(self._target, "close"):
            name = "aclose"
        return self._wrap(getattr(self._target, name))

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._target, name, value)

    def __enter__(self) -> Any:
        return self._wrap(self._run(self._target.__aenter__()))

    def __exit__(self, *error: Any) -> Any:
        return self._run(self._target.__aexit__(*error))

    def __repr__(self) -> str:
        return repr(self._target)

    def _run(self, awaitable: Any) -> Any:
        return self._loop.run_until_complete(awaitable)

    def _wrap(self, value: Any) -> Any:
        if inspect.isawaitable(value):
            return self._wrap(self._run(value))
        if inspect.isasyncgen(value):
            return self._iterate(value)
        if isinstance(value, list) and any(_is_ours(item) for item in value):
            return [self._wrap(item) for item in value]
        if inspect.ismethod(value):
            return lambda *args, **named: self._wrap(value(*plain(args), **plain(named)))
        return Blocked(self._loop, value) if _is_ours(value) else value

    def _iterate(self, generator: Any) -> Any:
        try:
            while True:
                try:
                    yield self._wrap(self._run(generator.__anext__()))
                except StopAsyncIteration:
                    return
        finally:
            self._run(generator.aclose())


class Both:
    """Mixed into a test case: `self.browser(…)`, `self.client(…)` of the one kind or the other."""

    is_async = False

    def setUp(self) -> None:
        self._opened: List[Any] = []
        if self.is_async:
            self.loop = asyncio.new_event_loop()

    def tearDown(self) -> None:
        for opened in self._opened:
            opened.close()
        if self.is_async:
            self.loop.run_until_complete(asyncio.sleep(0))
            self.loop.close()

    def browser(self, *args: Any, **named: Any) -> Any:
        return self._open(moorage.AsyncPersistentBrowser if self.is_async else moorage.PersistentBrowser, args, named)

    def client(self, *args: Any, **named: Any) -> Any:
        return self._open(moorage.AsyncMoorage if self.is_async else moorage.Moorage, args, named)

    def _open(self, kind: Any, args: Any, named: Any) -> Any:
        made = kind(*args, **named)
        opened = Blocked(self.loop, made) if self.is_async else made
        self._opened.append(opened)
        return opened


def _is_ours(value: Any) -> bool:
    return type(value).__module__.startswith("moorage._async") and not isinstance(value, type)


def plain(value: Any) -> Any:
    """A value as its own client knows it."""
    if isinstance(value, Blocked):
        return value._target
    if isinstance(value, (list, tuple)):
        return type(value)(plain(item) for item in value)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    return value
