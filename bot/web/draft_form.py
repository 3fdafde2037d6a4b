"""The editor's fields → the text of a draft."""

from __future__ import annotations

import re

from pydantic import BaseModel

from bot.desk.draft import DraftText
from bot.errors import RuleViolationError
from bot.mail.addresses import read_addresses
from bot.web.visible import typed

_BREAKS = re.compile(r"[\n;]+")


class DraftForm(BaseModel):
    """As it was sent. `version` and `state` are those that the person looked at."""

    version: int = 0
    state: str = "open"
    to: str = ""
    cc: str = ""
    subject: str = ""
    body: str = ""
    reason: str = ""
    came_from: str = ""

    def text(self) -> DraftText:
        """Raises RuleViolationError where a recipient is no mail address."""
        return DraftText(_addresses("To", self.to), _addresses("Cc", self.cc), *self._subject_and_body())

    def loose_text(self) -> DraftText:
        """The same with recipients as they were typed, to show it again."""
        return DraftText(_entries(self.to), _entries(self.cc), *self._subject_and_body())

    def _subject_and_body(self) -> tuple[str, str]:
        return " ".join(typed(self.subject).split("\n")).strip(), typed(self.body)


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
