"""Large raw messages, in a folder addressed by their SHA-256."""

from __future__ import annotations

import contextlib
import os
from hashlib import sha256
from pathlib import Path

from bot.errors import PermanentError, TransientError


class FolderBlobs:
    """Files named by content. A file is whole and synced before anyone may name it in a row."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, digest: str, content: bytes) -> None:
        """Raises TransientError where the folder takes nothing: a full or read-only disk."""
        path = self._path(digest)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        try:
            self._write(path, temporary, content)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise TransientError(f"{self._folder} takes no raw message: {error.strerror}") from error

    @staticmethod
    def _write(path: Path, temporary: Path, content: bytes) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
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
        except OSError as error:
            if not self._folder.is_dir():
                # The disk is not mounted: that is no fault of this message.
                raise TransientError(f"{self._folder} is not there") from error
            raise PermanentError(
                f"the raw message {digest} cannot be read from {self._folder}: {error.strerror}"
            ) from error
        if sha256(content).hexdigest() != digest:
            raise PermanentError(f"the raw message {digest} in {self._folder} was changed")
        return content

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest
