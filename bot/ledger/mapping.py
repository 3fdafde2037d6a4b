"""Which column of an export holds which field, as `ledger.toml` says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.errors import RuleViolationError
from bot.ledger.table import Table

_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class KindMapping:
    """How the rows of one kind are read.

    `columns` lists for each field the headers it may have, the preferred first. `defaults` are used where the file has
    no such column or an empty cell. `words` maps, for each field with a fixed vocabulary, the key of every synonym to
    our word. `decimal` is point or comma. `shared_domains` are mail domains that can belong to no single customer.
    """

    columns: Mapping[str, tuple[str, ...]]
    dates: tuple[str, ...]
    decimal: str = "point"
    defaults: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shared_domains: frozenset[str] = frozenset()


LedgerMapping = Mapping[str, KindMapping]


class MissingColumnError(RuleViolationError):
    """The file lacks a column that the ledger needs."""


class RepeatedColumnError(RuleViolationError):
    """Two columns of the file have the same header."""


def header_key(header: str) -> str:
    """The form in which two spellings of a header are equal.

    The number sign counts as a word, because exports have a column "Customer" beside a column "Customer #".
    """
    return _NOT_ALPHANUMERIC.sub("", header.casefold().replace("#", " number "))


def find_columns(table: Table, mapping: KindMapping, required: Sequence[str]) -> dict[str, int]:
    """The position of every field that the table has. Raises one error that names all that is missing."""
    places: dict[str, list[int]] = {}
    for position, header in enumerate(table.header):
        places.setdefault(header_key(header), []).append(position)
    found = {}
    for name, headers in mapping.columns.items():
        hits = [places[header_key(header)] for header in headers if header_key(header) in places]
        if hits and len(hits[0]) > 1:
            raise RepeatedColumnError(f"{table.name}: two columns are headed {table.header[hits[0][0]]!r}; rename one.")
        if hits:
            found[name] = hits[0][0]
    _require(table, mapping, [name for name in required if name not in found and name not in mapping.defaults])
    return found


def _require(table: Table, mapping: KindMapping, missing: Sequence[str]) -> None:
    if not missing:
        return
    wanted = "; ".join(f"{name} (such as {mapping.columns.get(name, (name,))[0]!r})" for name in missing)
    headers = ", ".join(repr(header) for header in table.header) or "none"
    raise MissingColumnError(
        f"{table.name}: no column for {wanted}. Headers found: {headers}. "
        "Rename the header in the file, or add it to ledger.toml."
    )
