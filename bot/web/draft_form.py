"""The editor's fields → the text of a draft."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from bot.desk.draft import DraftFile, DraftText, gap
from bot.errors import RuleViolationError
from bot.mail.addresses import read_addresses
from bot.steps.draft_files import Upload
from bot.web.visible import typed

_BREAKS = re.compile(r"[\n;]+")


@dataclass(frozen=True, slots=True)
class DraftForm:
    """As it was sent. `version` and `state` are those that the person looked at.

    `text_id` is the canned text that is to be put in, 0 for none. `keeps` names by SHA-256 the files that stay with the
    draft, `uploads` are new ones. `filled` holds what was typed for gaps, by their names.
    """

    version: int = 0
    state: str = "open"
    to: str = ""
    cc: str = ""
    subject: str = ""
    body: str = ""
    reason: str = ""
    came_from: str = ""
    text_id: int = 0
    keeps: tuple[str, ...] = ()
    uploads: tuple[Upload, ...] = ()
    filled: tuple[tuple[str, str], ...] = ()
    files: tuple[DraftFile, ...] = field(default=())

    def text(self) -> DraftText:
        """Raises RuleViolationError where a recipient is no mail address."""
        return DraftText(_addresses("To", self.to), _addresses("Cc", self.cc), *self._subject_and_body(), self.files)

    def loose_text(self) -> DraftText:
        """The same with recipients as they were typed, to show it again."""
        return DraftText(_entries(self.to), _entries(self.cc), *self._subject_and_body(), self.files)

    def with_files(self, known: Iterable[DraftFile], added: Iterable[DraftFile] = ()) -> DraftForm:
        """The form with its files. A name of a file counts only where this draft had it: it is no key to others."""
        kept = {file.sha256: file for file in known if file.sha256 in self.keeps}
        return replace(self, files=(*kept.values(), *(file for file in added if file.sha256 not in kept)))

    def _subject_and_body(self) -> tuple[str, str]:
        subject, body = typed(self.subject), typed(self.body)
        for name, value in self.filled:
            if value:
                subject, body = subject.replace(gap(name), value), body.replace(gap(name), value)
        return " ".join(subject.split("\n")).strip(), body


async def read_form(request: Request) -> DraftForm:
    form = await request.form()
    uploads = [one for one in form.getlist("upload") if isinstance(one, UploadFile) and one.filename]
    read = tuple([Upload(one.filename or "", one.content_type or "", await one.read()) for one in uploads])
    await form.close()
    removed = _text(form, "remove")
    version, text_id = _text(form, "version"), _text(form, "text_id")
    return DraftForm(
        version=int(version) if version.isdecimal() and len(version) < 10 else 0,
        state=_text(form, "state") or "open",
        to=_text(form, "to"),
        cc=_text(form, "cc"),
        subject=_text(form, "subject"),
        body=_text(form, "body"),
        reason=_text(form, "reason"),
        came_from=_text(form, "came_from"),
        text_id=int(text_id) if text_id.isdecimal() and len(text_id) < 16 else 0,
        keeps=tuple(one for one in form.getlist("keep") if isinstance(one, str) and one != removed),
        uploads=read,
        filled=tuple(zip(_texts(form, "gap_name"), _texts(form, "gap_value"), strict=False)),
    )


Typed = Annotated[DraftForm, Depends(read_form)]


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _texts(form: FormData, name: str) -> list[str]:
    return [" ".join(typed(one).split()) for one in form.getlist(name) if isinstance(one, str)]


def _entries(field: str) -> tuple[str, ...]:
    entries = (entry.strip() for entry in _BREAKS.sub(",", typed(field)).split(","))
    return tuple(entry for entry in entries if entry)


def _addresses(label: str, field: str) -> tuple[str, ...]:
    """Bare addresses, each once. An entry with a name before the address is taken as well."""
    found: list[str] = []
    for entry in _entries(field):
        read = read_addresses(entry)
        if len(read) != 1 or not read[0].domain:
            raise RuleViolationError(f"{entry!r} in {label} is no mail address")
        found.append(read[0].email)
    return tuple(dict.fromkeys(found))
