"""Large raw messages, in a folder addressed by their SHA-256."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from bot.errors import PermanentError


class FolderBlobs:
    """Files named by content. A file is whole and synced before anyone may name it in a row."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        # The rename itself is durable only once its folder is.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, digest: str) -> bytes:
        """The bytes. Raises PermanentError where they are gone or no longer the ones that were stored."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError as error:
            raise PermanentError(f"the raw message {digest} is missing from {self._folder}") from error
        if sha256(content).hexdigest() != digest:
            raise PermanentError(f"the raw message {digest} in {self._folder} was changed")
        return content

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
