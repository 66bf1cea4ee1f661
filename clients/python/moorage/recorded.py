"""What a recording is made of, and what a prune of them did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List

from ._records import Record
from .records import RecordingInfo


@dataclass(frozen=True)
class RecordedEvent(Record):
    """An event of rrweb, with the page that it is of. `raw` is what rrweb-player takes."""

    #: rrweb's number: 2 full snapshot, 3 change or input, 4 navigation, 5 ours, 6 console.
    type: int
    #: Epoch milliseconds.
    timestamp: float
    data: Any
    page_id: str


@dataclass(frozen=True)
class Pruned:
    """What was deleted, or would be."""

    recordings: List[RecordingInfo]
    freed_bytes: int
