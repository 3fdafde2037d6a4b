"""What staff keep for themselves or for everybody, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.canned_text import CannedText
from bot.desk.saved_filter import SavedFilter
from bot.desk.user import Role
from bot.errors import NotFoundError
from bot.store.unit_of_work import SqlStore
from bot.user_repositories import KeptByStaff
from tests.contract.store_rows import NOW

MINE = CannedText(0, "Mine", "en", "Words of mine.", "kim", is_shared=False)
SHARED = CannedText(0, "Ours", "de", "Für alle.", "lee", is_shared=True)


@pytest.fixture
def staffed(store: SqlStore) -> SqlStore:
    with store.begin() as uow:
        for name in ("kim", "lee"):
            uow.users.save(name, Role.APPROVER, "hash", NOW)
        uow.commit()
    return store


def test_a_person_has_their_own_and_the_shared_ones_by_name(staffed: SqlStore) -> None:
    with staffed.begin() as uow:
        shared, mine = (uow.texts.add(one) for one in (SHARED, MINE))
        assert uow.texts.of("kim") == [replace(MINE, text_id=mine), replace(SHARED, text_id=shared)]
        assert uow.texts.of("lee") == [replace(SHARED, text_id=shared)]
        uow.commit()


def test_what_is_removed_is_seen_no_more_until_it_is_brought_back(staffed: SqlStore) -> None:
    with staffed.begin() as uow:
        kept_id = uow.filters.add(SavedFilter(0, "Late", "promise=late", "kim", is_shared=False))
        uow.filters.save(kept_id, SavedFilter(kept_id, "Late", "promise=soon", "kim", is_shared=True))
        uow.filters.remove(kept_id, NOW)
        assert uow.filters.of("kim") == []
        assert uow.filters.get(kept_id).query == "promise=soon"
        uow.filters.bring_back(kept_id)
        assert [one.is_shared for one in uow.filters.of("lee")] == [True]


def test_what_was_never_there_is_named(staffed: SqlStore) -> None:
    with staffed.look() as uow:
        _refuses(uow.filters, "there is no saved filter 7")
        _refuses(uow.texts, "there is no text 7")


def _refuses(kept: KeptByStaff[SavedFilter] | KeptByStaff[CannedText], says: str) -> None:
    with pytest.raises(NotFoundError, match=says):
        kept.get(7)
