"""What the store promises about the record: only ever added to, and whoever touches it is found out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DatabaseError

from bot.desk.record import RecordEntry
from bot.desk.record_chain import Checked, Head, verify
from bot.steps.seal_record import BATCH, seal_record
from bot.store.migrating import migrate
from bot.store.record_seals import LATECOMERS, sealed_entries, unsealed_entries
from bot.store.tables import record
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW


def _add(store: SqlStore, count: int, what: str = "noted") -> None:
    with store.begin() as uow:
        for number in range(count):
            entry = RecordEntry(NOW + timedelta(seconds=number), "kim", what, f"CD-{number}", {}, {"né": "\u2028ü"})
            uow.record.add(entry)
        uow.commit()


def _check(store: SqlStore, noted: Head | None = None) -> Checked:
    return verify(sealed_entries(store.engine), noted)


def _tamper(store: SqlStore, *statements: str) -> None:
    """As somebody who owns the database: past the triggers."""
    with store.begin() as uow:
        if store.engine.dialect.name == "sqlite":
            for table in ("record", "record_seal"):
                for change in ("update", "delete"):
                    uow.connection.execute(text(f"DROP TRIGGER {table}_no_{change}"))
        else:
            uow.connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            uow.connection.execute(text(statement))
        uow.commit()


def test_sealed_entries_hold_and_newer_ones_are_told_apart(store: SqlStore) -> None:
    _add(store, 3)
    assert seal_record(store=store) == 3
    _add(store, 2)
    checked, outside = _check(store), unsealed_entries(store.engine)
    assert (checked.findings, checked.head.place) == ((), 3)
    assert (outside.waiting, outside.passed_over) == (2, ())
    assert seal_record(store=store) == 2
    assert _check(store).head.place == 5
    assert seal_record(store=store) == 0


def test_an_empty_record_is_well(store: SqlStore) -> None:
    assert seal_record(store=store) == 0
    assert _check(store) == Checked((), Head())


def test_what_was_recorded_before_there_were_seals_is_sealed_by_the_first_run(store: SqlStore) -> None:
    _add(store, BATCH + 7)
    assert seal_record(store=store) == BATCH + 7
    assert _check(store).findings == ()


@pytest.mark.parametrize(
    ("statements", "finding"),
    [
        (["UPDATE record SET who = 'lee' WHERE id = 3"], "entry 3 was changed: lee, noted, CD-2"),
        (["DELETE FROM record WHERE id = 2"], "entry 2 is missing"),
        (["DELETE FROM record_seal WHERE place = 2"], "place 2 of the chain: the seal is missing"),
        (["DELETE FROM record_seal WHERE place IN (2, 3)"], "places 2 to 3 of the chain: the seal is missing"),
        (
            ["UPDATE record_seal SET record_id = 99 WHERE place = 4", "INSERT INTO record SELECT 99, at, who, what,"
             " subject, before, after FROM record WHERE id = 4"],
            "entry 99 was changed: kim, noted, CD-3",
        ),
    ],
)  # fmt: skip
def test_whoever_touches_the_record_is_found_out(store: SqlStore, statements: list[str], finding: str) -> None:
    _add(store, 5)
    seal_record(store=store)
    if store.engine.dialect.name == "postgresql":
        statements = [
            one.replace("INTO record SELECT", "INTO record OVERRIDING SYSTEM VALUE SELECT") for one in statements
        ]
    _tamper(store, *statements)
    assert _check(store).findings == (finding,)


def test_reordered_entries_are_named(store: SqlStore) -> None:
    _add(store, 4)
    seal_record(store=store)
    _tamper(
        store,
        "UPDATE record SET subject = (SELECT CASE id WHEN 2 THEN 'CD-2' ELSE 'CD-1' END) WHERE id IN (2, 3)",
        "UPDATE record SET at = (SELECT other.at FROM record AS other WHERE other.id = 2) WHERE id = 3",
    )
    assert [finding[:19] for finding in _check(store).findings] == ["entry 2 was changed", "entry 3 was changed"]


def test_a_seal_written_anew_breaks_with_the_next(store: SqlStore) -> None:
    _add(store, 4)
    seal_record(store=store)
    _tamper(store, "UPDATE record_seal SET chain = (SELECT chain FROM record_seal WHERE place = 1) WHERE place = 2")
    follows = "does not follow on the one before it: seals were changed or reordered"
    assert _check(store).findings == (f"entry 2 {follows}", f"entry 3 {follows}")


def test_a_cut_tail_shows_against_a_head_noted_elsewhere(store: SqlStore) -> None:
    _add(store, 4)
    seal_record(store=store)
    noted = _check(store).head
    _tamper(store, "DELETE FROM record WHERE id = 4", "DELETE FROM record_seal WHERE place = 4")
    assert _check(store).findings == ()
    assert _check(store, noted).findings == (
        f"the chain does not hold the head {noted}: it was cut off or written anew",
    )


def test_a_head_noted_before_holds_when_more_was_recorded(store: SqlStore) -> None:
    _add(store, 2)
    seal_record(store=store)
    noted = _check(store).head
    _add(store, 2)
    seal_record(store=store)
    assert _check(store, noted).findings == ()


def test_an_entry_that_commits_late_is_sealed_behind_the_others(store: SqlStore) -> None:
    _add(store, 3)
    _tamper(store, "DELETE FROM record WHERE id = 2")
    seal_record(store=store)
    _put_in(store, 2)
    assert seal_record(store=store) == 1
    assert _check(store).findings == ()
    assert [seal.entry_id for seal, _ in sealed_entries(store.engine)] == [1, 3, 2]


def test_an_entry_put_in_far_behind_the_chain_is_named(store: SqlStore) -> None:
    _add(store, 3)
    _tamper(store, "DELETE FROM record WHERE id = 2")
    _put_in(store, LATECOMERS + 5)
    seal_record(store=store)
    _put_in(store, 2)
    assert seal_record(store=store) == 0
    assert unsealed_entries(store.engine).passed_over == (2,)


def _put_in(store: SqlStore, entry_id: int) -> None:
    override = "OVERRIDING SYSTEM VALUE" if store.engine.dialect.name == "postgresql" else ""
    copied = "SELECT :id, at, who, what, subject, before, after FROM record WHERE id = 1"
    with store.begin() as uow:
        uow.connection.execute(text(f"INSERT INTO record {override} {copied}"), {"id": entry_id})
        uow.commit()


@pytest.mark.parametrize("statement", ["UPDATE record_seal SET chain = ''", "DELETE FROM record_seal"])
def test_seals_are_only_ever_added_to(store: SqlStore, statement: str) -> None:
    _add(store, 1)
    seal_record(store=store)
    with pytest.raises(DatabaseError), store.engine.begin() as connection:
        connection.execute(text(statement))


def test_those_who_seal_and_those_who_write_at_once_make_one_chain(store: SqlStore) -> None:
    together = Barrier(4)

    def run(job: Callable[[], object]) -> None:
        together.wait()
        for _ in range(10):
            job()

    writers = [Thread(target=run, args=(lambda name=name: _add(store, 3, name),)) for name in ("one", "two")]
    sealers = [Thread(target=run, args=(lambda: seal_record(store=store),)) for _ in range(2)]
    for thread in (*writers, *sealers):
        thread.start()
    for thread in (*writers, *sealers):
        thread.join()
    seal_record(store=store)
    checked = _check(store)
    assert (checked.findings, checked.head.place) == ((), 60)


def test_the_record_of_an_older_store_is_kept_and_sealed(empty_store: SqlStore) -> None:
    migrate(empty_store.engine, "0001")
    with empty_store.engine.begin() as connection:
        rows = [
            {"at": NOW, "who": "kim", "what": "noted", "subject": f"CD-{n}", "before": {}, "after": {}} for n in "12"
        ]
        connection.execute(insert(record), rows)
    migrate(empty_store.engine)
    assert seal_record(store=empty_store) == 2
    assert [entry.subject for _, entry in sealed_entries(empty_store.engine) if entry] == ["CD-1", "CD-2"]
