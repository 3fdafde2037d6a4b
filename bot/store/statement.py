"""Statements that every message needs, compiled once and handed to the driver as they are.

SQLAlchemy takes ten times as long to prepare such a statement and wrap its answer as SQLite takes to run it.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar, cast

from sqlalchemy import BindParameter, Connection, Delete, Dialect, Insert, Select, Update, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Process = Callable[[Any], Any]
Values = Mapping[str, Any]
_Key = TypeVar("_Key")


class _Compiled(NamedTuple):
    """`parameters` turns values into what the driver binds, `read` what it fetched into rows."""

    dialect: Dialect
    sql: str
    parameters: Callable[[Values], Any]
    read: Callable[[Sequence[Any]], list[Any]]
    is_by_place: bool


class Statement:
    """A statement that is the same every time but for its values: each run names the same ones."""

    def __init__(self, statement: Select[Any] | Insert | Update | Delete) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """The rows, with their columns by name as by place."""
        compiled = self._for(connection, values)
        return compiled.read(_execute(connection, compiled, compiled.parameters(values)).fetchall())

    def first(self, connection: Connection, values: Values) -> Any:
        """The first row, None where there is none."""
        compiled = self._for(connection, values)
        cursor = _execute(connection, compiled, compiled.parameters(values))
        found = cursor.fetchone()
        # An INSERT that returns is over for SQLite only when its rows are read to the end.
        cursor.close()
        return compiled.read([found])[0] if found is not None else None

    def scalars(self, connection: Connection, values: Values) -> list[Any]:
        """The first column of every row."""
        return [row[0] for row in self.rows(connection, values)]

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first column of the first row, None where there is none."""
        row = self.first(connection, values)
        return row[0] if row is not None else None

    def run(self, connection: Connection, values: Values) -> int:
        """How many rows were changed."""
        compiled = self._for(connection, values)
        return int(_execute(connection, compiled, compiled.parameters(values)).rowcount)

    def run_many(self, connection: Connection, values: Sequence[Values]) -> None:
        if not values:
            return
        compiled = self._for(connection, values[0])
        cursor = _cursor(connection)
        try:
            cursor.executemany(compiled.sql, list(map(compiled.parameters, values)))
        except compiled.dialect.loaded_dbapi.Error as error:
            raise _as_sqlalchemy_error(error, compiled) from error

    def _for(self, connection: Connection, values: Values) -> _Compiled:
        dialect = connection.dialect
        found = self._compiled.get(dialect.name)
        if found is None or found.dialect is not dialect:
            found = self._compiled[dialect.name] = _compile(self._statement, dialect, values)
        return found


def _execute(connection: Connection, compiled: _Compiled, parameters: Any) -> Any:
    cursor = _cursor(connection)
    try:
        cursor.execute(compiled.sql, parameters)
    except compiled.dialect.loaded_dbapi.Error as error:
        raise _as_sqlalchemy_error(error, compiled) from error
    return cursor


def _cursor(connection: Connection) -> Any:
    if not connection.in_transaction():
        # The driver would commit each statement by itself.
        connection.begin()
    return connection.connection.cursor()


def _as_sqlalchemy_error(error: Exception, compiled: _Compiled) -> BaseException:
    """The same error that SQLAlchemy makes of it, for whoever expects those of the store."""
    return DBAPIError.instance(compiled.sql, None, error, compiled.dialect.loaded_dbapi.Error, dialect=compiled.dialect)


def _compile(statement: Any, dialect: Dialect, values: Values) -> _Compiled:
    # Only the values tell which columns an INSERT writes.
    compiled = statement.compile(dialect=dialect, column_keys=list(values) if isinstance(statement, Insert) else None)
    if "POSTCOMPILE" in str(compiled).replace(_LIST, ""):
        raise ValueError(f"a list of changing length has no fixed text: {compiled}")
    fixed = {name: value for name, value in compiled.params.items() if name not in values}
    types = {name: bind.type for bind, name in compiled.bind_names.items()}
    incoming = {name: process for name in types if (process := _bind_processor(types[name], dialect)) is not None}
    columns = list(getattr(statement, "exported_columns", ()))
    outgoing = [
        (place, process)
        for place, column in enumerate(columns)
        if (process := column.type.dialect_impl(dialect).result_processor(dialect, None)) is not None
    ]
    return _Compiled(
        dialect=dialect,
        sql=str(compiled),
        parameters=_by_place(compiled.positiontup, incoming, fixed)
        if compiled.positiontup
        else _by_name(incoming, fixed),
        read=_reader([column.key for column in columns], outgoing),
        is_by_place=bool(compiled.positiontup),
    )


def _bind_processor(kind: TypeEngine[Any], dialect: Dialect) -> Process | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _by_place(order: Sequence[str], incoming: Mapping[str, Process], fixed: Values) -> Callable[[Values], Any]:
    # What is the same for every row is settled once: a batch of mail binds ten thousand values.
    pick = itemgetter(*order) if len(order) > 1 else lambda given: (given[order[0]],)
    processes = [(place, incoming[name]) for place, name in enumerate(order) if name in incoming]

    def parameters(values: Values) -> Sequence[Any]:
        found = pick({**fixed, **values} if fixed else values)
        if not processes:
            return cast(Sequence[Any], found)
        listed = list(found)
        for place, process in processes:
            listed[place] = process(listed[place])
        return listed

    return parameters


def _by_name(incoming: Mapping[str, Process], fixed: Values) -> Callable[[Values], Any]:
    def parameters(values: Values) -> Values:
        given = {**fixed, **values}
        for name, process in incoming.items():
            given[name] = process(given[name])
        return given

    return parameters


def _reader(names: Sequence[str], outgoing: Sequence[tuple[int, Process]]) -> Callable[[Sequence[Any]], list[Any]]:
    named: Callable[..., type[tuple[Any, ...]]] = namedtuple
    # Its own _make() takes three times as long, to count what the database has counted.
    make = partial(tuple.__new__, named("_Row", names, rename=True))

    def read(found: Sequence[Any]) -> list[Any]:
        if not outgoing:
            return list(map(make, found))
        rows = []
        for one in found:
            listed = list(one)
            for place, process in outgoing:
                listed[place] = process(listed[place])
            rows.append(make(listed))
        return rows

    return read


# How SQLAlchemy writes the place of a list in a text.
_LIST = "__[POSTCOMPILE_keys]"
# Databases take thousands of keys at once, not more.
MOST_KEYS = 500


def in_parts(keys: Sequence[_Key]) -> Iterator[Sequence[_Key]]:
    """The keys in lists that a statement takes."""
    for start in range(0, len(keys), MOST_KEYS):
        yield keys[start : start + MOST_KEYS]


class ListStatement:
    """A statement over a list of keys. `build` is given the list, and makes a SELECT."""

    def __init__(self, build: Callable[[BindParameter[Any]], Select[Any]]) -> None:
        self._statement = build(bindparam("keys", expanding=True))
        self._compiled: dict[str, _Compiled] = {}
        self._by_length: dict[tuple[str, int], _Compiled] = {}

    def rows(self, connection: Connection, keys: Sequence[Any], **others: Any) -> list[Any]:
        """The rows for these keys, as many as there are; databases take thousands of keys at once, not more.

        `others` are the values of the statement that are no list.
        """
        if not keys:
            return []
        # The last key is repeated up to a power of two, so that there are few texts, whatever mail asks for.
        length = 1 << (len(keys) - 1).bit_length()
        padded = [*keys, *[keys[-1]] * (length - len(keys))]
        compiled = self._for(connection.dialect, length, others)
        return compiled.read(_execute(connection, compiled, _with_list(compiled, padded, others)).fetchall())

    def _for(self, dialect: Dialect, length: int, others: Values) -> _Compiled:
        found = self._by_length.get((dialect.name, length))
        if found is None or found.dialect is not dialect:
            # Compiled once: SQLAlchemy would take milliseconds for each length.
            compiled = self._compiled.get(dialect.name)
            if compiled is None or compiled.dialect is not dialect:
                compiled = self._compiled[dialect.name] = _compile(self._statement, dialect, {"keys": None, **others})
            places = "?" * length if compiled.is_by_place else [f"%(key_{number})s" for number in range(length)]
            found = compiled._replace(sql=compiled.sql.replace(_LIST, ", ".join(places)))
            self._by_length[dialect.name, length] = found
        return found


def _with_list(compiled: _Compiled, keys: Sequence[Any], others: Values) -> Any:
    given = compiled.parameters({"keys": keys, **others})
    if not compiled.is_by_place:
        return given | {f"key_{number}": key for number, key in enumerate(keys)}
    return [value for one in given for value in (one if one is keys else (one,))]
