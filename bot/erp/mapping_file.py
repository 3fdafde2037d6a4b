"""`ledger.toml` → the mapping of columns. Every mistake is reported at once, with its key."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

from bot.errors import SettingsError
from bot.ledger.mapping import KindMapping, LedgerMapping, header_key
from bot.ledger.rows import KINDS

# Every form of this day reads as another day when day and month, or century and year, are taken for each other.
_PROBE = date(2026, 3, 4)
_KEYS = {"columns", "defaults", "words", "dates", "decimal", "shared_domains"}


def read_mapping(path: Path) -> LedgerMapping:
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path.name}: {error}") from error
    mistakes = [*_mistakes(tables)]
    if mistakes:
        raise SettingsError("\n".join(f"{path.name}: {mistake}" for mistake in mistakes))
    return {kind: _kind(tables, tables[kind]) for kind in KINDS}


def _kind(tables: Mapping[str, object], table: Mapping[str, object]) -> KindMapping:
    return KindMapping(
        columns={field: tuple(_list(headers)) for field, headers in _table(table, "columns").items()},
        dates=tuple(_list(table.get("dates", tables.get("dates")))),
        decimal=str(table.get("decimal", tables.get("decimal", "point"))),
        defaults={field: str(value) for field, value in _table(table, "defaults").items()},
        words={field: _synonyms(words) for field, words in _table(table, "words").items()},
        shared_domains=frozenset(domain.lower() for domain in _list(table.get("shared_domains"))),
    )


def _synonyms(words: object) -> dict[str, str]:
    """Our own word is always a synonym of itself."""
    entries = words.items() if isinstance(words, dict) else ()
    return {header_key(synonym): word for word, synonyms in entries for synonym in (word, *synonyms)}


def _mistakes(tables: Mapping[str, object]) -> Iterator[str]:
    for name in tables.keys() - KINDS.keys() - {"dates", "decimal"}:
        yield f"[{name}] is not known; the tables are {', '.join(KINDS)}"
    yield from _format_mistakes("", tables)
    for kind, needs in KINDS.items():
        table = tables.get(kind)
        if not isinstance(table, dict):
            yield f"the table [{kind}.columns] is missing"
            continue
        yield from (f"{kind}.{key} is not a key that is read" for key in sorted(table.keys() - _KEYS))
        yield from _format_mistakes(f"{kind}.", table)
        yield from _shape_mistakes(kind, table)
        given = _table(table, "columns").keys() | _table(table, "defaults").keys()
        yield from (f"{kind}.columns.{field} is missing" for field in needs.required if field not in given)


def _shape_mistakes(kind: str, table: Mapping[str, object]) -> Iterator[str]:
    for field, headers in _table(table, "columns").items():
        if not _is_texts(headers):
            yield f"{kind}.columns.{field} must be a list of headers"
    for field, words in _table(table, "words").items():
        if not isinstance(words, dict) or not all(_is_texts(synonyms) for synonyms in words.values()):
            yield f"{kind}.words.{field} must hold a list of synonyms for each word"
    if not _is_texts(table.get("shared_domains", [])):
        yield f"{kind}.shared_domains must be a list of domains"


def _format_mistakes(prefix: str, table: Mapping[str, object]) -> Iterator[str]:
    if table.get("decimal", "point") not in ("point", "comma"):
        yield f'{prefix}decimal must be "point" or "comma"'
    dates = table.get("dates", ["%Y-%m-%d"])
    if not _is_texts(dates) or not dates:
        yield f"{prefix}dates must be a list of forms such as %Y-%m-%d"
        return
    for form in _list(dates):
        for other in _list(dates):
            read = _read_as(_PROBE.strftime(form), other)
            if read not in (None, _PROBE):
                yield f"{prefix}dates: {form} and {other} read the same text as two different days; keep one"


def _read_as(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        return None


def _table(table: Mapping[str, object], key: str) -> dict[str, object]:
    found = table.get(key, {})
    return found if isinstance(found, dict) else {}


def _list(found: object) -> list[str]:
    return [str(entry) for entry in found] if isinstance(found, list) else []


def _is_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(entry, str) for entry in found)
