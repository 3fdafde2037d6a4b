"""Files that a person adds to a draft → kept under their hash, with a name and a type that can be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.desk.draft import DraftFile, check_files
from bot.errors import RuleViolationError
from bot.mail.files import safe_name, sniff
from bot.ports import Clock
from bot.repositories import Store


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a browser sent it: its name and type are whatever the person's machine says."""

    name: str
    declared_type: str
    content: bytes = field(repr=False)


def keep_files(uploads: Sequence[Upload], *, store: Store, clock: Clock) -> tuple[DraftFile, ...]:
    """Store the bytes and say how a draft names them. Bytes that no draft comes to name do no harm."""
    kept: list[DraftFile] = []
    with store.begin() as uow:
        for upload in uploads:
            if not upload.content:
                raise RuleViolationError(f"the file {upload.name} is empty")
            content_type = sniff(upload.content, upload.declared_type.lower(), upload.name)
            name = safe_name(upload.name, content_type)
            kept.append(DraftFile(name, content_type, len(upload.content), ""))
            check_files(tuple(kept))
            kept[-1] = DraftFile(name, content_type, len(upload.content), uow.files.add(upload.content, clock.now()))
        uow.commit()
    return tuple(kept)
