"""What was foreseen is answered as if it had been asked in the database, also while the transaction writes on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.desk.draft import DraftState
from bot.desk.verdict import FoundFact
from bot.desk.work_item import ItemState
from bot.mail.address import Address
from bot.store.conversations import Conversations
from bot.store.drafts import SqlDrafts
from bot.store.kept_back import KeptBack
from bot.store.messages import SqlMessages
from bot.store.threads import SqlThreads
from bot.store.unit_of_work import SqlStore, SqlUnitOfWork
from bot.store.work_items import SqlWorkItems
from bot.stored import Foreseen, NewMessage
from tests.contract.store_rows import NOW, add_raw, make_draft, make_item, make_message, make_raw, make_verdict

ANN, BOB = "ann@customer.example", "bob@customer.example"
INVOICE = FoundFact("invoice", "INV-1", "INV-1", "newest_text", 0, 5)


def _write(uow: SqlUnitOfWork, name: str, sender: str, thread_id: int) -> int:
    written = make_message(message_id_header=f"{name}@x.example", senders=(Address("", sender),))
    raw_id = add_raw(uow, make_raw(f"{name} {sender} {thread_id}".encode()))
    verdict = make_verdict(facts=(INVOICE,))
    return uow.messages.add(
        NewMessage(thread_id, raw_id, "icc", NOW, "outside", None, written, verdict, "open", "sorted")
    )


def _thread(uow: SqlUnitOfWork) -> int:
    return uow.threads.add("invoice 1", "C-1", NOW)


def _draft(uow: SqlUnitOfWork, thread_id: int) -> int:
    item = uow.items.add(make_item(thread_id))
    return uow.drafts.add(make_draft(thread_id), [item.item_id]).draft_id


def _foresee(uow: SqlUnitOfWork, names: Sequence[str]) -> None:
    references = [f"{name}@x.example" for name in names]
    uow.foresee(Foreseen([Address("", ANN), Address("", BOB)], references, [], ["INV-1"]))


def _answers(uow: SqlUnitOfWork, names: Sequence[str], thread_ids: Sequence[int], draft_ids: Sequence[int]) -> object:
    return [
        [uow.threads.holding([f"{name}@x.example" for name in names]), uow.threads.holding([f"{names[0]}@x.example"])],
        [uow.threads.waiting_for_answer(ANN), uow.threads.waiting_for_answer(BOB)],
        [uow.items.of_thread(one) for one in thread_ids],
        [uow.drafts.open_of_thread(one) for one in thread_ids],
        [uow.messages.earlier(one, 1_000_000) for one in thread_ids],
        [list(uow.drafts.items_of(one)) for one in draft_ids],
    ]


class _Asked:
    """The same transaction, seen by repositories that foresaw nothing."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        fresh = Conversations(uow.connection, KeptBack(uow.connection))
        self.threads = SqlThreads(uow.connection, fresh)
        self.messages = SqlMessages(uow.connection, fresh)
        self.items = SqlWorkItems(uow.connection, fresh)
        self.drafts = SqlDrafts(uow.connection, fresh)


@pytest.mark.parametrize("changes", ["none", "mail", "stale", "superseded", "rejected", "resolved"])
def test_what_was_foreseen_changes_no_answer(store: SqlStore, changes: str) -> None:
    names = ["one", "two", "three", "four"]
    with store.begin() as uow:
        threads = [_thread(uow) for _ in range(8)]
        for number, thread_id in enumerate(threads):
            _write(uow, names[number % 3], (ANN, BOB)[number % 2], thread_id)
        drafts = [_draft(uow, thread_id) for thread_id in threads[1:]]
        uow.commit()
    with store.begin() as uow:
        _foresee(uow, names)
        _answers(uow, names, threads, drafts)
        if changes == "mail":
            threads = [*threads, _thread(uow)]
            _write(uow, "four", ANN, threads[-1])
            _write(uow, "four", BOB, threads[0])
            drafts = [*drafts, _draft(uow, threads[-1]), _draft(uow, threads[0])]
        if changes == "stale":
            uow.drafts.set_state(uow.drafts.get(drafts[-1]), DraftState.STALE)
        if changes == "superseded":
            uow.drafts.set_state(uow.drafts.get(drafts[0]), DraftState.SUPERSEDED)
            drafts = [*drafts, _draft(uow, threads[1])]
        if changes == "rejected":
            for draft_id in drafts[:4]:
                uow.drafts.set_state(uow.drafts.get(draft_id), DraftState.REJECTED)
        if changes == "resolved":
            (item,) = uow.items.of_thread(threads[1])
            uow.items.save(make_item(threads[1], item_id=item.item_id, state=ItemState.WAITING, version=2))
        found = _answers(uow, names, threads, drafts)
        # Whatever was kept back is written before anybody asks.
        uow.drafts.get(drafts[0])
        asked = _answers(_Asked(uow), names, threads, drafts)  # type: ignore[arg-type]
    assert found == asked


def test_a_sender_with_much_that_waits_crowds_out_nobody(store: SqlStore) -> None:
    with store.begin() as uow:
        threads = [_thread(uow) for _ in range(12)]
        for number, thread_id in enumerate(threads):
            _write(uow, f"m{number}", BOB if number == 0 else ANN, thread_id)
            _draft(uow, thread_id)
        uow.commit()
    with store.look() as uow:
        _foresee(uow, ["none"])
        assert [one.thread_id for one in uow.threads.waiting_for_answer(BOB)] == threads[:1]
        assert [one.thread_id for one in uow.threads.waiting_for_answer(ANN)] == threads[:-6:-1]


def test_where_an_answer_no_longer_waits_an_older_one_is_found(store: SqlStore) -> None:
    with store.begin() as uow:
        threads = [_thread(uow) for _ in range(8)]
        for number, thread_id in enumerate(threads):
            _write(uow, f"m{number}", ANN, thread_id)
        drafts = [_draft(uow, thread_id) for thread_id in threads]
        uow.commit()
    with store.begin() as uow:
        _foresee(uow, ["none"])
        uow.drafts.set_state(uow.drafts.get(drafts[-1]), DraftState.REJECTED)
        assert [one.thread_id for one in uow.threads.waiting_for_answer(ANN)] == threads[-2:-7:-1]
