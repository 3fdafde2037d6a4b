"""One letter as the files in mail/ describe it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

# In the order of the rooms of LABELS: the five categories, then what the desk only answers, then threads and oddities.
_FILES = ("revision", "refund", "tax_exempt", "po_verification", "dispute", "other", "automatic", "threads")


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that comes with a letter; its name's ending says how `text` is written into it."""

    name: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before its placeholders are filled.

    `sender` is a person of `company`, or a full address. `replies_to` names the letters it answers, oldest first; a
    name that no letter has stands for mail that the desk had sent. `at` is the time of day, `days_ago` counts working
    days, and letters without them are spread evenly. `meant` and `also` are for tests, as in SampleMessage.
    """

    name: str
    mailboxes: tuple[str, ...]
    meant: str
    sender: str
    subject: str
    company: str = ""
    text: str = ""
    html: str = ""
    to: str = ""
    cc: str = ""
    charset: str = "utf-8"
    at: str = ""
    days_ago: int = 0
    replies_to: tuple[str, ...] = ()
    encloses: str = ""
    stranger: str = ""
    also: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    enclosures: tuple[Enclosure, ...] = ()


def letters() -> tuple[Letter, ...]:
    return tuple(letter for name in _FILES for letter in _read(name))


def _read(name: str) -> Iterator[Letter]:
    source = files("bot.demo").joinpath("mail", f"{name}.toml").read_text("utf-8")
    for entry in tomllib.loads(source)["message"]:
        entry["sender"] = entry.pop("from")
        for key in ("mailboxes", "replies_to", "also"):
            entry[key] = tuple(entry.get(key, ()))
        entry["enclosures"] = tuple(Enclosure(**enclosed) for enclosed in entry.pop("enclosure", ()))
        yield Letter(**entry)
