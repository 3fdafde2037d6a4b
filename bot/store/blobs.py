"""Large raw messages, in a folder of files that each hold those of one batch."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bot.errors import PermanentError, TransientError


class Place(NamedTuple):
    """Where a raw message lies: in which file of the folder, from where on."""

    name: str
    offset: int


class FolderBlobs:
    """A file is whole and synced before anyone may name it in a row, and never changed again.

    One file for a batch: each takes the disk two waits, and they cost more than the writing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, contents: Mapping[str, bytes]) -> dict[str, Place]:
        """Write them, by their SHA-256. Raises TransientError where the folder takes nothing: a full or read-only disk.

        A file is named by the hash of what it holds: the same batch, fetched again after a crash, finds it there.
        """
        if not contents:
            return {}
        name = sha256(b"".join(contents.values())).hexdigest() if len(contents) > 1 else next(iter(contents))
        path = self._path(name)
        temporary = path.with_name(f"{name}.{os.getpid()}.tmp")
        try:
            self._write(path, temporary, contents.values())
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise TransientError(f"{self._folder} takes no raw message: {error.strerror}") from error
        offsets = accumulate((len(content) for content in contents.values()), initial=0)
        return {digest: Place(name, offset) for digest, offset in zip(contents, offsets, strict=False)}

    @staticmethod
    def _write(path: Path, temporary: Path, contents: Iterable[bytes]) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.writelines(contents)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        # The rename itself is durable only once its folder is.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, place: Place, size: int, digest: str) -> bytes:
        """One message. Raises PermanentError where its bytes are gone or no longer the ones that were stored."""
        return self._read(place, size, digest)

    def whole(self, name: str) -> bytes:
        """All that lies in one file; raises as `get` does."""
        return self._read(Place(name, 0), -1, name)

    def _read(self, place: Place, size: int, digest: str) -> bytes:
        try:
            with self._path(place.name).open("rb") as file:
                file.seek(place.offset)
                content = file.read(size)
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

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name
