"""Python client of Moorage: browsers that stay, driven by plain HTTP."""

from ._async.browser import AsyncPersistentBrowser
from ._async.client import AsyncMoorage
from ._async.commands import AsyncElementHandle, AsyncJSHandle, AsyncRequest, AsyncResponse
from ._async.locators import AsyncFrame, AsyncFrameLocator, AsyncLocator
from ._async.pages import AsyncPage
from ._async.recordings import AsyncRecording
from ._async.sessions import AsyncSession
from ._sync.browser import PersistentBrowser
from ._sync.client import Moorage
from ._sync.commands import ElementHandle, JSHandle, Request, Response
from ._sync.locators import Frame, FrameLocator, Locator
from ._sync.pages import Page
from ._sync.recordings import Recording
from ._sync.sessions import Session
from .commands import Command, Outcome, Reconnected, Reply, Retry, command
from .errors import (
    ConnectionLostError,
    DownloadFailedError,
    MoorageError,
    ServerTimeoutError,
    UnexpectedResponseError,
    UnreachableError,
)
from .events import Events
from .problems import *  # noqa: F403  (one class for each code of the server; the module lists them)
from .problems import __all__ as _problems
from .recorded import Pruned, RecordedEvent
from .records import (
    Artifact,
    Backend,
    Device,
    Event,
    Lease,
    LeaseGranted,
    LiveLink,
    PageEvent,
    PageInfo,
    RecordingInfo,
    Surface,
)

__version__ = "0.1.0"

__all__ = [
    "Artifact",
    "AsyncElementHandle",
    "AsyncFrame",
    "AsyncFrameLocator",
    "AsyncJSHandle",
    "AsyncLocator",
    "AsyncMoorage",
    "AsyncPage",
    "AsyncPersistentBrowser",
    "AsyncRecording",
    "AsyncRequest",
    "AsyncResponse",
    "AsyncSession",
    "Backend",
    "Device",
    "Command",
    "ConnectionLostError",
    "DownloadFailedError",
    "ElementHandle",
    "Event",
    "Events",
    "Frame",
    "FrameLocator",
    "JSHandle",
    "Lease",
    "LeaseGranted",
    "LiveLink",
    "Locator",
    "Moorage",
    "MoorageError",
    "Outcome",
    "Page",
    "PageEvent",
    "PageInfo",
    "PersistentBrowser",
    "Pruned",
    "Reconnected",
    "RecordedEvent",
    "Recording",
    "RecordingInfo",
    "Reply",
    "Request",
    "Response",
    "Retry",
    "ServerTimeoutError",
    "Session",
    "Surface",
    "UnexpectedResponseError",
    "UnreachableError",
    "command",
]
__all__ += _problems
