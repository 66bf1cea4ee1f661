"""Where the server is, and what to say when it is not there."""

from __future__ import annotations

import os
from typing import Mapping, Optional, Sequence, Union
from urllib.parse import quote, urlencode, urlsplit

from .errors import ConnectionLostError, ServerTimeoutError, UnreachableError

DEFAULT_URL = "http://127.0.0.1:4477"

#: A list gives its name several times; None leaves it out.
Query = Mapping[str, Union[None, str, int, float, bool, Sequence[str]]]


def server_url(url: Optional[str]) -> str:
    """The given address, else MOORAGE_URL, else that of a server on this machine."""
    found = url or os.environ.get("MOORAGE_URL") or DEFAULT_URL
    parts = urlsplit(found)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"A Moorage server has an http:// or https:// address, not {found!r}.")
    return found.rstrip("/")


def api_key(key: Optional[str]) -> Optional[str]:
    """The given key, else MOORAGE_API_KEY. An empty one is a way to ask for none."""
    return (os.environ.get("MOORAGE_API_KEY") if key is None else key) or None


def target(path: str, query: Optional[Query] = None) -> str:
    """A path with those members of `query` that are not None."""
    pairs = []
    for name, value in (query or {}).items():
        if value is None:
            continue
        items = [value] if isinstance(value, (str, int, float)) else list(value)
        pairs += [(name, str(item).lower() if isinstance(item, bool) else str(item)) for item in items]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def segment(text: str) -> str:
    """A name or id as one segment of a path."""
    return quote(text, safe="")


def unreachable(url: str, cause: BaseException) -> UnreachableError:
    return UnreachableError(
        f"{url} cannot be reached ({cause}).",
        title="The server cannot be reached",
        hint="Is `moorage serve` running? Another address goes into MOORAGE_URL or `server_url`.",
        retryable=True,
    )


def server_silent(url: str) -> ServerTimeoutError:
    return ServerTimeoutError(
        f"{url} was silent for too long.",
        title="The server did not answer in time",
        hint="Give a longer `timeout`, or look at the load of the server.",
        retryable=True,
    )


def connection_lost(url: str, cause: BaseException) -> ConnectionLostError:
    return ConnectionLostError(
        f"The connection to {url} was lost before the answer came ({cause or type(cause).__name__}).",
        title="The connection was lost",
        hint="The request may have happened or not: look before you send it again.",
    )
