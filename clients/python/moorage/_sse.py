"""Reads server-sent events line by line, as the HTML standard defines them (9.2.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Optional


@dataclass(frozen=True)
class Message:
    type: str
    data: str
    #: The last id seen so far: what a reconnect sends as Last-Event-ID.
    last_event_id: Optional[str]


class EventStreamParser:
    def __init__(self) -> None:
        #: Milliseconds that the server wants a client to wait before it reconnects, once it has said so.
        self.retry_ms: Optional[int] = None
        self._data: List[str] = []
        self._type = ""
        self._last_event_id: Optional[str] = None

    def push(self, line: bytes) -> Optional[Message]:
        """Takes a line with its end; gives the message that it completes."""
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if text == "":
            return self._dispatch()
        name, _, value = text.partition(":")
        value = value[1:] if value.startswith(" ") else value
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._type = value
        elif name == "id" and "\0" not in value:
            self._last_event_id = value
        elif name == "retry" and value.isdigit():
            self.retry_ms = int(value)
        return None

    def _dispatch(self) -> Optional[Message]:
        data, kind = self._data, self._type
        self._data, self._type = [], ""
        if not data:
            return None
        return Message(kind or "message", "\n".join(data), self._last_event_id)
