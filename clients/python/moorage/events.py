"""A stretch of the events of a page."""

from __future__ import annotations

from typing import List, Sequence

from .records import PageEvent


class Events(List[PageEvent]):
    """Events of a page, the oldest first."""

    def __init__(self, events: Sequence[PageEvent], last: int, dropped: int) -> None:
        super().__init__(events)
        #: The sequence of the newest event there is: what to give as `after` next time.
        self.last = last
        #: How many events behind `after` the buffer does not hold any more.
        self.dropped = dropped
