"""What commands are sent about: a page, a frame, a locator, a handle; and who sends them."""

from __future__ import annotations

import base64
import os
from typing import Any, Dict, List, Mapping, Optional, Sequence, Type, TypeVar, Union

from .._wire import Wired, present
from ..commands import Command, Reply, Retry
from ..records import Artifact

Path = Union[str, "os.PathLike[str]"]
#: A file of this machine, an artifact that is on the server already, or `{"name", "mimeType", "buffer"}`.
File = Union[Path, Artifact, Mapping[str, Any]]
Files = Union[File, Sequence[File]]

H = TypeVar("H", bound="AsyncHandle")


class AsyncCommander:
    """Who can send commands, and files beside them: a page, or a browser that has a present one."""

    async def send(self, command: Command) -> Reply:
        raise NotImplementedError

    async def upload(self, path: Path) -> Artifact:
        raise NotImplementedError

    async def fetch(self, artifact: Artifact, path: Optional[Path]) -> Union[str, bytes]:
        """Brings an artifact here, into a file or as bytes, and deletes it on the server."""
        raise NotImplementedError


class AsyncSubject:
    """What a command is about. Its own parameters, such as `locator`, go with each of its commands."""

    def __init__(self, commander: AsyncCommander, own: Mapping[str, Any]) -> None:
        self._commander = commander
        self._own: Dict[str, Any] = dict(own)

    async def _send(
        self,
        action: str,
        params: Mapping[str, Any],
        timeout: Optional[float],
        retry: Optional[Retry],
        own: bool = True,
    ) -> Reply:
        return await self._commander.send(
            Command(action, {**(self._own if own else {}), **present(params)}, timeout, retry)
        )

    async def _result(
        self,
        action: str,
        params: Mapping[str, Any],
        timeout: Optional[float],
        retry: Optional[Retry],
        own: bool = True,
    ) -> Any:
        return (await self._send(action, params, timeout, retry, own)).result

    async def _file(self, reply: Reply, path: Optional[Path]) -> Any:
        """The file that a command made: at `path`, which is given back, or as bytes; None where it made none."""
        if reply.artifact is None and reply.result is None:
            return None
        return await self._commander.fetch(reply.artifact or Artifact.of(reply.result), path)

    async def _uploaded(self, files: Optional[Files]) -> Any:
        """Files as a command takes them: those of this machine are sent before it."""
        if files is None:
            return None
        if isinstance(files, (str, os.PathLike, Artifact, Mapping)):
            return await self._uploaded_one(files)
        uploaded: List[Any] = []
        for file in files:
            uploaded.append(await self._uploaded_one(file))
        return uploaded

    async def _uploaded_one(self, file: File) -> Any:
        if isinstance(file, Artifact):
            return file.id
        if isinstance(file, Mapping):
            content = file["buffer"]
            text = base64.b64encode(content).decode("ascii") if isinstance(content, bytes) else content
            return {**file, "buffer": text}
        return (await self._commander.upload(file)).id


class AsyncHandle(AsyncSubject, Wired):
    """Something on the server, by the id under which commands find it for a while."""

    def __init__(self, commander: AsyncCommander, data: Mapping[str, Any]) -> None:
        super().__init__(commander, {"handle": data["handle"]})
        #: `hdl_…`
        self.id = str(data["handle"])
        #: What the server told of it when it was made.
        self.data = dict(data)

    @classmethod
    def of(cls: Type[H], commander: AsyncCommander, data: Mapping[str, Any]) -> H:
        return cls(commander, data)

    @classmethod
    def maybe(cls: Type[H], commander: AsyncCommander, data: Optional[Mapping[str, Any]]) -> Optional[H]:
        return None if data is None else cls(commander, data)

    def to_wire(self) -> Dict[str, str]:
        return {"handle": self.id}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.data!r})"
