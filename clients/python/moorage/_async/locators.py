"""Locators: lazy data until a command is sent. Playwright's own names: https://playwright.dev/python/docs/locators"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from .._wire import LocatorLike, Step, TextMatch, Wired, given, to_wire
from .commands import AsyncElementHandle, AsyncFrameCommands, AsyncLocatorCommands
from .subject import AsyncCommander


class AsyncLocating:
    """The ways to find elements from a page, a frame or a locator."""

    def _locate(self, *steps: Step) -> "AsyncLocator":
        raise NotImplementedError

    def _frame(self, *steps: Step) -> "AsyncFrameLocator":
        raise NotImplementedError

    def locator(
        self,
        selector_or_locator: LocatorLike,
        *,
        has_text: Optional[TextMatch] = None,
        has_not_text: Optional[TextMatch] = None,
        has: Optional["AsyncLocator"] = None,
        has_not: Optional["AsyncLocator"] = None,
    ) -> "AsyncLocator":
        """By CSS, `xpath=…`, `text=…`, or another locator inside of this."""
        options = given(has_text=has_text, has_not_text=has_not_text, has=has, has_not=has_not)
        return self._locate(_step("locator", to_wire(selector_or_locator), options))

    def get_by_role(
        self,
        role: str,
        *,
        name: Optional[TextMatch] = None,
        exact: Optional[bool] = None,
        checked: Optional[bool] = None,
        description: Optional[TextMatch] = None,
        disabled: Optional[bool] = None,
        expanded: Optional[bool] = None,
        include_hidden: Optional[bool] = None,
        level: Optional[int] = None,
        pressed: Optional[bool] = None,
        selected: Optional[bool] = None,
    ) -> "AsyncLocator":
        """By ARIA role, and what is true of the element: `get_by_role("button", name="Save")`."""
        options = given(
            name=name,
            exact=exact,
            checked=checked,
            description=description,
            disabled=disabled,
            expanded=expanded,
            include_hidden=include_hidden,
            level=level,
            pressed=pressed,
            selected=selected,
        )
        return self._locate(_step("getByRole", role, options))

    def get_by_text(self, text: TextMatch, *, exact: Optional[bool] = None) -> "AsyncLocator":
        return self._locate(_step("getByText", to_wire(text), given(exact=exact)))

    def get_by_label(self, text: TextMatch, *, exact: Optional[bool] = None) -> "AsyncLocator":
        return self._locate(_step("getByLabel", to_wire(text), given(exact=exact)))

    def get_by_placeholder(self, text: TextMatch, *, exact: Optional[bool] = None) -> "AsyncLocator":
        return self._locate(_step("getByPlaceholder", to_wire(text), given(exact=exact)))

    def get_by_alt_text(self, text: TextMatch, *, exact: Optional[bool] = None) -> "AsyncLocator":
        return self._locate(_step("getByAltText", to_wire(text), given(exact=exact)))

    def get_by_title(self, text: TextMatch, *, exact: Optional[bool] = None) -> "AsyncLocator":
        return self._locate(_step("getByTitle", to_wire(text), given(exact=exact)))

    def get_by_test_id(self, test_id: TextMatch) -> "AsyncLocator":
        return self._locate(_step("getByTestId", to_wire(test_id)))

    def get_by_ref(self, ref: str) -> "AsyncLocator":
        """By a reference of `aria_snapshot(mode="ai")`; from a page or frame only."""
        return self._locate(_step("getByRef", ref))

    def frame_locator(self, selector: str) -> "AsyncFrameLocator":
        """What is inside of an `<iframe>`."""
        return self._frame(_step("frameLocator", selector))


class AsyncLocator(AsyncLocatorCommands, AsyncLocating, Wired):
    """Where to find elements, looked up anew by each command."""

    def __init__(
        self, commander: AsyncCommander, steps: Sequence[Step], scope: Optional[Dict[str, Any]] = None
    ) -> None:
        """`scope` is the frame in which the steps begin, as parameters of each command."""
        self._scope = scope or {}
        super().__init__(commander, {**self._scope, "locator": list(steps)})
        self._steps = tuple(steps)

    @property
    def first(self) -> "AsyncLocator":
        return self._locate({"first": []})

    @property
    def last(self) -> "AsyncLocator":
        return self._locate({"last": []})

    @property
    def content_frame(self) -> "AsyncFrameLocator":
        return self._frame({"contentFrame": []})

    def nth(self, index: int) -> "AsyncLocator":
        return self._locate({"nth": [index]})

    def filter(
        self,
        *,
        has_text: Optional[TextMatch] = None,
        has_not_text: Optional[TextMatch] = None,
        has: Optional["AsyncLocator"] = None,
        has_not: Optional["AsyncLocator"] = None,
        visible: Optional[bool] = None,
    ) -> "AsyncLocator":
        options = given(has_text=has_text, has_not_text=has_not_text, has=has, has_not=has_not, visible=visible)
        return self._locate({"filter": [options]})

    def and_(self, locator: "AsyncLocator") -> "AsyncLocator":
        return self._locate({"and": [locator.to_wire()]})

    def or_(self, locator: "AsyncLocator") -> "AsyncLocator":
        return self._locate({"or": [locator.to_wire()]})

    def describe(self, description: str) -> "AsyncLocator":
        """What to call it in messages and traces."""
        return self._locate({"describe": [description]})

    def visible(self) -> "AsyncLocator":
        """Those that can be seen."""
        return self._locate({"visible": []})

    def within(self, locator: "AsyncLocator") -> "AsyncLocator":
        return self._locate({"within": [locator.to_wire()]})

    async def all(self) -> List["AsyncLocator"]:
        """One locator for each element there is now."""
        return [self.nth(index) for index in range(await self.count())]

    def to_wire(self) -> List[Step]:
        return list(self._steps)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({list(self._steps)!r})"

    def _locate(self, *steps: Step) -> "AsyncLocator":
        return AsyncLocator(self._commander, (*self._steps, *steps), self._scope)

    def _frame(self, *steps: Step) -> "AsyncFrameLocator":
        return AsyncFrameLocator(self._commander, (*self._steps, *steps), self._scope)


class AsyncFrameLocator(AsyncLocating):
    """The inside of an `<iframe>`, to find elements in."""

    def __init__(
        self, commander: AsyncCommander, steps: Sequence[Step], scope: Optional[Dict[str, Any]] = None
    ) -> None:
        self._commander = commander
        self._steps: Tuple[Step, ...] = tuple(steps)
        self._scope = scope or {}

    @property
    def owner(self) -> AsyncLocator:
        """The `<iframe>` itself."""
        return self._locate({"owner": []})

    @property
    def first(self) -> "AsyncFrameLocator":
        return self._frame({"first": []})

    @property
    def last(self) -> "AsyncFrameLocator":
        return self._frame({"last": []})

    def nth(self, index: int) -> "AsyncFrameLocator":
        return self._frame({"nth": [index]})

    def _locate(self, *steps: Step) -> AsyncLocator:
        return AsyncLocator(self._commander, (*self._steps, *steps), self._scope)

    def _frame(self, *steps: Step) -> "AsyncFrameLocator":
        return AsyncFrameLocator(self._commander, (*self._steps, *steps), self._scope)


class AsyncFrame(AsyncFrameCommands, AsyncLocating):
    """A frame of a page, by its name, its URL, or a handle of its `<iframe>`; looked up anew by each command."""

    def __init__(self, commander: AsyncCommander, spec: Dict[str, Any]) -> None:
        super().__init__(commander, {"frame": spec})

    def _locate(self, *steps: Step) -> AsyncLocator:
        return AsyncLocator(self._commander, steps, self._own)

    def _frame(self, *steps: Step) -> AsyncFrameLocator:
        return AsyncFrameLocator(self._commander, steps, self._own)


def frame_of(
    commander: AsyncCommander, name: Optional[str], url: Optional[str], element: Optional[AsyncElementHandle]
) -> AsyncFrame:
    known = {"name": name, "url": url, "handle": element.id if element else None}
    spec = {key: value for key, value in known.items() if value is not None}
    if len(spec) != 1:
        raise ValueError("Which frame? Give its name, its url or its element.")
    return AsyncFrame(commander, spec)


def _step(name: str, argument: Any, options: Optional[Dict[str, Any]] = None) -> Step:
    return {name: [argument, options] if options else [argument]}
