"""The one family of errors that this client raises, whether the server refused or could not be reached."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Optional, Type

#: Which class stands for which code of the server's table; `problems.py` fills it.
CLASSES: Dict[str, Type["MoorageError"]] = {}


class MoorageError(Exception):
    """A request that failed. `str(error)` is `detail`; `hint` says what to do. Each code has a subclass."""

    code = "internal"

    def __init__(
        self,
        detail: str,
        *,
        code: Optional[str] = None,
        title: Optional[str] = None,
        hint: Optional[str] = None,
        status: Optional[int] = None,
        retryable: bool = False,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        members: Optional[Mapping[str, Any]] = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code
        self.title = title
        self.hint = hint
        #: The HTTP status; None when no response came.
        self.status = status
        #: Whether the same request can succeed later without a change.
        self.retryable = retryable
        #: What the server's log knows this request by.
        self.request_id = request_id
        #: Seconds that the server asks to wait.
        self.retry_after = retry_after
        #: The whole problem document, for members that only some codes have.
        self.members: Dict[str, Any] = dict(members or {})

    @property
    def errors(self) -> List[Dict[str, str]]:
        """For `invalid-argument`: each wrong member, `{"path", "message"}`."""
        return list(self.members.get("errors", []))

    @property
    def rejected(self) -> List[Dict[str, str]]:
        """For `capabilities-unmatched` and `no-capacity`: why each backend lost."""
        return list(self.members.get("rejected", []))

    def __str__(self) -> str:
        return self.detail if self.hint is None else f"{self.detail} ({self.code}; {self.hint})"


class UnreachableError(MoorageError):
    """No connection to the server: nothing was sent."""

    code = "unreachable"


class ServerTimeoutError(MoorageError):
    """The server was silent for longer than `request_timeout`."""

    code = "timeout"


class ConnectionLostError(MoorageError):
    """The connection ended before the answer came; the request may have happened or not."""

    code = "connection-lost"


class UnexpectedResponseError(MoorageError):
    """What answered is no Moorage server."""

    code = "unexpected-response"


class DownloadFailedError(MoorageError):
    """The browser gave up a download; `detail` says why."""

    code = "download-failed"


def problem_error(
    problem: Mapping[str, Any], status: Optional[int] = None, retry_after: Optional[float] = None
) -> MoorageError:
    """The error that a problem document (RFC 9457) of the server stands for."""
    code = str(problem["code"])
    return CLASSES.get(code, MoorageError)(
        str(problem["detail"]),
        code=code,
        title=problem.get("title"),
        hint=problem.get("hint"),
        status=status if status is not None else problem.get("status"),
        retryable=bool(problem.get("retryable")),
        request_id=problem.get("requestId"),
        retry_after=retry_after,
        members=problem,
    )


def response_error(url: str, status: int, headers: Mapping[str, str], body: bytes) -> MoorageError:
    """The error that a response which is no success stands for."""
    problem = _parse_problem(body)
    if problem is None:
        start = " ".join(body.decode("utf-8", "replace").split())[:120]
        return UnexpectedResponseError(
            f"{url} answered {status} with {start or 'nothing'}.",
            title="The answer is not one of Moorage",
            hint="Does the address point to a Moorage server, or to something in front of it?",
            status=status,
            # Gateways in front of the server answer like this while it restarts.
            retryable=status in (502, 503, 504),
        )
    retry_after = headers.get("retry-after", "")
    problem.setdefault("requestId", headers.get("x-request-id"))
    return problem_error(problem, status, float(retry_after) if retry_after.isdigit() else None)


def _parse_problem(body: bytes) -> Optional[Dict[str, Any]]:
    try:
        problem = json.loads(body)
    except ValueError:
        return None
    if not isinstance(problem, dict):
        return None
    return problem if isinstance(problem.get("code"), str) and isinstance(problem.get("detail"), str) else None
