"""Commands as data, and what the server answers to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from ._wire import camel, milliseconds, to_wire
from .errors import MoorageError
from .records import Artifact


@dataclass(frozen=True)
class Retry:
    """Tries a command again after failures that can pass; never after what may have happened already."""

    #: The first one included.
    attempts: int
    #: Some of `not-found`, `not-actionable`, `navigation` and `timeout`; the server's choice where absent.
    on: Optional[Sequence[str]] = None


@dataclass(frozen=True)
class Command:
    """One entry of the command table with its parameters, as the server names them."""

    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    #: Milliseconds.
    timeout: Optional[float] = None
    retry: Optional[Retry] = None
    #: Refused unless the surface is still in this generation.
    if_generation: Optional[int] = None

    def to_wire(self) -> Dict[str, Any]:
        wire: Dict[str, Any] = {"action": self.action}
        if self.params:
            wire["params"] = to_wire(self.params)
        if self.timeout is not None:
            wire["timeoutMs"] = milliseconds(self.timeout)
        if self.retry is not None:
            on = {} if self.retry.on is None else {"on": list(self.retry.on)}
            wire["retry"] = {"attempts": self.retry.attempts, **on}
        if self.if_generation is not None:
            wire["ifGeneration"] = self.if_generation
        return wire


def command(
    action: str,
    *,
    timeout: Optional[float] = None,
    retry: Optional[Retry] = None,
    if_generation: Optional[int] = None,
    **params: Any,
) -> Command:
    """A command for `batch`: `command("fill", locator=page.get_by_label("Name"), value="alice")`."""
    return Command(action, {camel(name): value for name, value in params.items()}, timeout, retry, if_generation)


@dataclass(frozen=True)
class Reconnected:
    """The connection, or the browser, is not the one of the last reply."""

    page_id: str
    #: What that cost: `handles`, `page-state`, …; nothing where it cost nothing.
    lost: Tuple[str, ...]
    generation: Optional[int]


@dataclass(frozen=True)
class Reply:
    """What a command answered."""

    result: Any
    #: `{"id", "url", "title"}` after the command.
    page: Mapping[str, str]
    duration_ms: float
    artifact: Optional[Artifact] = None
    #: `result` is only the beginning, and `artifact` holds the whole as JSON.
    truncated: bool = False
    attempts: Optional[int] = None
    #: Of a surface.
    generation: Optional[int] = None
    reconnected: Optional[Reconnected] = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Reply":
        artifact, reconnected = data.get("artifact"), data.get("reconnected")
        page, generation = data["page"], data.get("generation")
        return cls(
            result=data.get("result"),
            page=page,
            duration_ms=data["durationMs"],
            artifact=None if artifact is None else Artifact.of(artifact),
            truncated=bool(data.get("truncated")),
            attempts=data.get("attempts"),
            generation=generation,
            reconnected=None
            if reconnected is None
            else Reconnected(page["id"], tuple(reconnected["lost"]), generation),
        )


@dataclass(frozen=True)
class Outcome:
    """How one command of a batch went: it has a reply or an error."""

    reply: Optional[Reply] = None
    error: Optional[MoorageError] = None

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def result(self) -> Any:
        """What the command gave. Raises its error where it failed."""
        if self.error is not None:
            raise self.error
        return None if self.reply is None else self.reply.result
