"""What the store promises about raw messages, mailboxes and threads, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.errors import ConflictError, PermanentError
from bot.mail.address import Address
from bot.store import tables
from bot.store.raw_messages import LARGE
from bot.store.unit_of_work import SqlStore
from bot.stored import NewDelivery
from tests.contract.store_rows import NOW, add_message, add_raw, make_message, make_raw, new_thread


def test_what_is_not_committed_never_was(store: SqlStore) -> None:
    with store.begin() as uow:
        add_raw(uow, make_raw())
    with store.look() as uow:
        assert uow.raw.waiting(10, 10_000) == []


@pytest.mark.parametrize("size", [10, LARGE, LARGE + 1, 3 * LARGE])
def test_raw_bytes_come_back_as_they_went_in(store: SqlStore, size: int) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    with store.begin() as uow:
        raw_id = add_raw(uow, make_raw(content[:size]))
        uow.commit()
    with store.look() as uow:
        assert uow.raw.get(raw_id).content == content[:size]


def test_only_large_messages_lie_in_the_folder(store: SqlStore, tmp_path: Path) -> None:
    with store.begin() as uow:
        add_raw(uow, make_raw(b"s" * LARGE))
        add_raw(uow, make_raw(b"l" * (LARGE + 1)))
        uow.commit()
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in files] == [LARGE + 1]


def test_the_large_messages_of_a_batch_share_a_file_and_come_back_apart(store: SqlStore, tmp_path: Path) -> None:
    raws = [make_raw(letter * (LARGE + size)) for letter, size in ((b"a", 1), (b"b", -1), (b"c", 2), (b"d", 3))]
    for _ in range(2):
        # The first time nothing is committed, as after a crash: the second finds its file and uses it.
        with store.begin() as uow:
            ids = uow.raw.add_many(raws, NOW)
    with store.begin() as uow:
        ids = uow.raw.add_many(raws, NOW)
        uow.commit()
    with store.look() as uow:
        assert [uow.raw.get(ids[raw.sha256]).content for raw in raws] == [raw.content for raw in raws]
        assert [raw.content for raw in uow.raw.waiting(10, 10**9)] == [raw.content for raw in raws]
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in files] == [3 * LARGE + 6]


def test_a_large_message_from_before_files_were_shared_is_found_by_its_hash(store: SqlStore) -> None:
    raw = make_raw(b"l" * (LARGE + 1))
    with store.begin() as uow:
        raw_id = add_raw(uow, raw)
        uow.connection.execute(update(tables.raw_message).values(blob=None, blob_offset=None))
        uow.commit()
    with store.look() as uow:
        assert uow.raw.get(raw_id).content == raw.content


def test_a_changed_large_message_is_noticed(store: SqlStore, tmp_path: Path) -> None:
    with store.begin() as uow:
        raw_id = add_raw(uow, make_raw(b"l" * (LARGE + 1)))
        uow.commit()
    next(path for path in (tmp_path / "blobs").rglob("*") if path.is_file()).write_bytes(b"forged")
    with store.look() as uow, pytest.raises(PermanentError, match="was changed"):
        uow.raw.get(raw_id)


def test_waiting_messages_are_bounded_by_bytes_but_never_none(store: SqlStore) -> None:
    with store.begin() as uow:
        ids = [add_raw(uow, make_raw(letter * 1000)) for letter in (b"a", b"b", b"c")]
        uow.commit()
    with store.look() as uow:
        assert [raw.raw_id for raw in uow.raw.waiting(10, 2500)] == ids[:2]
        assert [raw.raw_id for raw in uow.raw.waiting(10, 1)] == ids[:1]


def test_a_cursor_moved_by_someone_else_is_a_conflict(store: SqlStore) -> None:
    with store.begin() as uow:
        uow.mailboxes.begin("icc", None, NOW)
        uow.mailboxes.save_cursor("icc", None, {"uid": "7"}, NOW)
        uow.commit()
    with store.begin() as uow, pytest.raises(ConflictError):
        uow.mailboxes.save_cursor("icc", None, {"uid": "8"}, NOW)
    with store.look() as uow:
        assert uow.mailboxes.get("icc").cursor == {"uid": "7"}


def test_a_pointer_is_delivered_once(store: SqlStore) -> None:
    delivery = NewDelivery("icc", "1:7", NOW, "vanished", None)
    with store.begin() as uow:
        uow.deliveries.add_many([delivery], NOW)
        uow.commit()
    with pytest.raises(ConflictError), store.begin() as uow:
        uow.deliveries.add_many([delivery], NOW)
    with store.look() as uow:
        assert uow.deliveries.known_pointers("icc", ["1:7", "1:8"]) == {"1:7"}
        assert uow.deliveries.known_pointers("invoicing", ["1:7"]) == set()


def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    with pytest.raises(Exception, match="without a zone"), store.begin() as uow:
        uow.threads.add("subject", None, datetime(2026, 1, 1))  # noqa: DTZ001


def test_times_come_back_as_the_same_moment(store: SqlStore) -> None:
    karachi = NOW.astimezone(NOW.tzinfo) + timedelta(microseconds=123456)
    with store.begin() as uow:
        uow.mailboxes.begin("icc", karachi, NOW)
        uow.commit()
    with store.look() as uow:
        assert uow.mailboxes.get("icc").since == karachi


def test_a_thread_is_found_by_a_message_id_of_any_length(store: SqlStore) -> None:
    long_id = "x" * 5000 + "@customer.example"
    with store.begin() as uow:
        message_id = add_message(uow, make_message(message_id_header=long_id))
        thread_id = uow.messages.get(message_id).thread_id
        uow.commit()
    with store.look() as uow:
        assert [thread.thread_id for thread in uow.threads.holding([long_id])] == [thread_id]
        assert uow.threads.holding([long_id[:-1]]) == []


def test_an_empty_message_id_finds_nothing(store: SqlStore) -> None:
    with store.begin() as uow:
        add_message(uow, make_message(message_id_header=""))
        uow.commit()
    with store.look() as uow:
        assert uow.threads.holding(["", ""]) == []


def test_a_thread_knows_who_wrote_in_it_and_not_who_was_copied(store: SqlStore) -> None:
    copied = make_message(cc=(Address("", "lawyer@elsewhere.example"),))
    with store.begin() as uow:
        add_message(uow, copied)
        uow.commit()
    with store.look() as uow:
        (thread,) = uow.threads.holding([copied.message_id_header])
    assert thread.participants == {"ann@customer.example"}


def test_a_message_is_understood_later_as_it_was_then(store: SqlStore) -> None:
    _, message_id = new_thread(store)
    with store.look() as uow:
        row = uow.messages.inbound(message_id)
    assert row is not None
    assert row.message.sender == Address("Ann Lee", "Ann@customer.example")
    assert (row.side, row.verdict.category) == ("outside", "revision")


def test_the_secret_of_an_installation_is_made_once(store: SqlStore) -> None:
    assert store.secret() == store.secret()
    assert len(store.secret()) == 32
