"""How Python's values travel: locators, handles and patterns as data; names in camelCase."""

from __future__ import annotations

import datetime
import os
import re
from typing import Any, Dict, List, Mapping, Optional, Pattern, Sequence, Union

#: Text as Playwright matches it: a string, or a pattern for `re.search`.
TextMatch = Union[str, Pattern[str]]
#: One step of a locator: `{"getByRole": ["button", {"name": "Save"}]}`.
Step = Dict[str, Any]


class Wired:
    """Something that knows how it travels."""

    def to_wire(self) -> Any:
        raise NotImplementedError


class _Null(Wired):
    """The null of JSON where None is what was not given."""

    def to_wire(self) -> None:
        return None


NULL = _Null()


def or_null(value: Any) -> Any:
    """A value that has to be said even when it is None."""
    return NULL if value is None else value


def null_text(value: Any) -> Any:
    """A value that is null where it is the text "null"."""
    return NULL if value == "null" else value


def source(content: Optional[str], path: Union[None, str, "os.PathLike[str]"]) -> Optional[str]:
    """The text of a script or style, which may be in a file of this machine."""
    if path is None:
        return content
    with open(path, encoding="utf-8") as file:
        return file.read()


def to_wire(value: Any) -> Any:
    """A value as JSON has it. Locators and handles inside become data, compiled patterns `{regex, flags}`."""
    if isinstance(value, Wired):
        return value.to_wire()
    if isinstance(value, re.Pattern):
        return pattern_to_wire(value)
    if isinstance(value, Mapping):
        return {str(name): to_wire(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_wire(item) for item in value]
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    return value


_FLAGS = ((re.IGNORECASE, "i"), (re.MULTILINE, "m"), (re.DOTALL, "s"))


def pattern_to_wire(pattern: Pattern[str]) -> Dict[str, str]:
    """JavaScript's own syntax is the same for nearly everything; named groups are written otherwise."""
    source = re.sub(r"\(\?P<", "(?<", pattern.pattern)
    flags = "".join(letter for flag, letter in _FLAGS if pattern.flags & flag)
    return {"regex": source, "flags": flags} if flags else {"regex": source}


def camel(name: str) -> str:
    """`wait_until` as `waitUntil`; a trailing underscore, as of `from_`, goes."""
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(part.capitalize() for part in rest)


def given(**members: Any) -> Dict[str, Any]:
    """The members that are not None, by their names on the wire."""
    return {camel(name): to_wire(value) for name, value in members.items() if value is not None}


LONGEST_MS = 600_000


def milliseconds(value: float) -> int:
    """Programs count milliseconds in floats, and 0 is no limit, as for Playwright; the server takes whole ones."""
    return LONGEST_MS if value == 0 else max(1, min(round(value), LONGEST_MS))


def picture_type(given_type: Optional[str], path: Union[None, str, "os.PathLike[str]"]) -> Optional[str]:
    """The type of a picture, which the name of its file tells where nothing else does."""
    if given_type is not None or path is None:
        return given_type
    return {".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}.get(os.path.splitext(path)[1].lower())


LocatorLike = Union[str, Sequence[Step], Wired]


def present(members: Mapping[str, Any]) -> Dict[str, Any]:
    """The members that are not None, as they travel."""
    return {name: to_wire(value) for name, value in members.items() if value is not None}


def placed(selector: LocatorLike) -> Dict[str, Any]:
    """Which element: a string finds as Playwright's page methods do, of several the first; a locator must match one."""
    return {"selector": selector} if isinstance(selector, str) else {"locator": to_wire(selector)}


def chosen(value: Any, index: Any, label: Any, element: Any) -> Any:
    """Which options of a select, as Playwright for Python says it."""
    choices: List[Any] = [to_wire(each) for each in _each(value)]
    choices += [{"index": each} for each in _each(index)]
    choices += [{"label": each} for each in _each(label)]
    choices += [to_wire(each) for each in _each(element)]
    return choices


def _each(values: Any) -> List[Any]:
    if values is None:
        return []
    return list(values) if isinstance(values, (list, tuple, set)) else [values]
