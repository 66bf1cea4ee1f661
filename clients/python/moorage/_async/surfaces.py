"""Surfaces: named browsers that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, AsyncIterator, Dict, Optional

from .._addresses import segment
from .._wire import given
from ..records import LeaseGranted, Surface
from .subject import Path
from .transport import AsyncTransport

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..records import LeaseCreate, SurfacePut

# A launch on a large profile, behind others that launch.
WAKE_SECONDS = 120.0
# The server copies or packs a profile before the first byte.
ARCHIVE_SECONDS = 600.0


class AsyncSurfaces:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def open(self, name: str, **options: "Unpack[SurfacePut]") -> Surface:
        """Gets or makes a surface and starts its browser, unless `wake=False`. Options that are absent stay."""
        wait_ms = options.get("wait_ms") or 0
        body = given(**options)
        return Surface.of(
            await self._transport.json(
                "PUT", _path(name), body, timeout=WAKE_SECONDS + wait_ms / 1000, may_repeat=_is_lost
            )
        )

    async def get(self, name: str) -> Surface:
        return Surface.of(await self._transport.json("GET", _path(name)))

    async def list(self) -> AsyncIterator[Surface]:
        cursor: Optional[str] = None
        while True:
            page = await self._transport.json("GET", "/v1/surfaces", query={"cursor": cursor})
            for item in page["data"]:
                yield Surface.of(item)
            cursor = page["nextCursor"]
            if cursor is None:
                return

    async def stop(self, name: str) -> Surface:
        """Ends its browser with everything saved; the next use starts it again with its tabs."""
        return Surface.of(await self._transport.json("POST", _path(name, "stop"), timeout=WAKE_SECONDS))

    async def delete(self, name: str) -> None:
        """Ends it and removes it, profile and all."""
        await self._transport.json("DELETE", _path(name), timeout=WAKE_SECONDS)

    async def attach(self, name: str, *, port: Optional[int] = None, profile: Optional[str] = None) -> Surface:
        """Makes a Chrome that Moorage did not start a surface. It is never stopped by us."""
        body = given(port=port, profile=profile)
        return Surface.of(await self._transport.json("POST", _path(name, "attach"), body, timeout=WAKE_SECONDS))

    async def clone(self, name: str, to: str) -> Surface:
        """Copies the profile of a surface into a new one."""
        return Surface.of(await self._transport.json("POST", _path(name, "clone"), {"to": to}, timeout=ARCHIVE_SECONDS))

    async def storage_state(self, name: str) -> Dict[str, Any]:
        """Its cookies and localStorage, in Playwright's form."""
        state: Dict[str, Any] = await self._transport.json("GET", _path(name, "state"), timeout=WAKE_SECONDS)
        return state

    async def set_storage_state(self, name: str, state: Dict[str, Any]) -> None:
        await self._transport.json("PUT", _path(name, "state"), state, timeout=WAKE_SECONDS)

    async def save_archive(self, name: str, path: Path) -> str:
        """Writes its whole profile to a file, a .tar.gz, and gives the path."""
        return await self._transport.save(_path(name, "archive"), path, timeout=ARCHIVE_SECONDS)

    async def load_archive(self, name: str, path: Path) -> Surface:
        """Gives a surface, which is made where there is none, the profile of a file that `save_archive` wrote."""
        with open(path, "rb") as file:
            data = await self._transport.upload(
                "PUT", _path(name, "archive"), file, content_type="application/gzip", timeout=ARCHIVE_SECONDS
            )
        return Surface.of(data)

    async def lease(self, name: str, **options: "Unpack[LeaseCreate]") -> LeaseGranted:
        """Makes this client the only one that may command the surface, until the lease ends."""
        granted = LeaseGranted.of(await self._transport.json("POST", _path(name, "lease"), given(**options)))
        self._transport.headers["moorage-lease"] = granted.token
        return granted

    async def release(self, name: str) -> None:
        """Gives the lease back."""
        await self._transport.json("DELETE", _path(name, "lease"))
        self._transport.headers.pop("moorage-lease", None)


def _path(name: str, more: Optional[str] = None) -> str:
    path = f"/v1/surfaces/{segment(name)}"
    return path if more is None else f"{path}/{more}"


def _is_lost(error: Any) -> bool:
    return bool(error.code == "connection-lost")
