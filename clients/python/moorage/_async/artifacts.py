"""Artifacts: files that commands made, and files that are uploaded for them. Streamed, never whole in memory."""

from __future__ import annotations

import mimetypes
import os
from typing import Any, AsyncIterator, Optional

from .._addresses import segment
from ..records import Artifact
from .http import Body
from .subject import Path
from .transport import AsyncTransport


class AsyncArtifacts:
    def __init__(self, transport: AsyncTransport) -> None:
        self._transport = transport

    async def upload(self, path: Path, *, name: Optional[str] = None) -> Artifact:
        """Sends a file of this machine."""
        local = os.fspath(path)
        content_type = mimetypes.guess_type(local)[0] or "application/octet-stream"
        with open(local, "rb") as file:
            return await self._upload(file, name or os.path.basename(local), content_type)

    async def upload_bytes(
        self, content: bytes, *, name: str, content_type: str = "application/octet-stream"
    ) -> Artifact:
        return await self._upload(content, name, content_type)

    async def save(self, artifact_id: str, path: Path) -> str:
        """Writes the bytes to a file, making its folder, and gives the path. A failure leaves no half file."""
        return await self._transport.save(_content(artifact_id), path)

    async def read(self, artifact_id: str) -> bytes:
        chunks = bytearray()
        await self._transport.download(_content(artifact_id), chunks.extend)
        return bytes(chunks)

    async def list(self) -> AsyncIterator[Artifact]:
        cursor: Optional[str] = None
        while True:
            page: Any = await self._transport.json("GET", "/v1/artifacts", query={"cursor": cursor})
            for item in page["data"]:
                yield Artifact.of(item)
            cursor = page["nextCursor"]
            if cursor is None:
                return

    async def delete(self, artifact_id: str) -> None:
        await self._transport.json("DELETE", _content(artifact_id))

    async def _upload(self, content: Body, name: str, content_type: str) -> Artifact:
        return Artifact.of(
            await self._transport.upload(
                "POST", "/v1/artifacts", content, content_type=content_type, query={"name": name}
            )
        )


def _content(artifact_id: str) -> str:
    return f"/v1/artifacts/{segment(artifact_id)}"
