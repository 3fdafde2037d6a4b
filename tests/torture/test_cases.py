"""Runs every row. Whatever the row is about, what holds of all mail holds of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desks.step_desk import ACME, BOLT
from tests.torture.desk import TortureDesk
from tests.torture.every import CASES
from tests.torture.words import Case, Want


@pytest.fixture(scope="session")
def store_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with its tables and both customers, made once and copied for each case."""
    folder = tmp_path_factory.mktemp("store")
    desk = TortureDesk(folder)
    desk.know(("INV-1", ACME), ("INV-2", ACME), ("INV-9", BOLT))
    desk.close()
    return folder / "desk.sqlite3"


@pytest.fixture
def desk(tmp_path: Path, store_file: Path) -> Iterator[TortureDesk]:
    shutil.copy(store_file, tmp_path / "desk.sqlite3")
    desk = TortureDesk(tmp_path)
    yield desk
    desk.close()


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_case(case: Case, desk: TortureDesk, request: pytest.FixtureRequest) -> None:
    if case.on_server:
        desk.server = request.getfixturevalue("mail_server")
    if case.sorts:
        desk.sort_by_model()
    if case.play is not None:
        case.play(desk)
    else:
        taken = desk.arrives(*case.arrives)
        wanted = {"items": case.want.items, "drafts": case.want.drafts, "automatic": case.want.automatic}
        wanted |= {"quarantined": case.want.quarantined, "messages": case.want.messages}
        found = {name: getattr(taken, name) for name, value in wanted.items() if value is not None}
        assert found == {name: value for name, value in wanted.items() if value is not None}
        _check(case.want, desk)
    _check_what_always_holds(desk)


def _check(want: Want, desk: TortureDesk) -> None:
    messages = desk.messages()
    if want.flags or want.not_flags:
        flags = set(messages[-1].flags)
        assert set(want.flags) <= flags
        assert not flags & set(want.not_flags)
    if want.held is not None:
        assert want.held in desk.queries.quarantined()[0].reason
    if want.tasks is not None:
        assert tuple(desk.tasks()) == want.tasks
    if want.why_not is not None:
        assert want.why_not in " / ".join(desk.why_not_drafted())
    _check_message(want, desk)
    _check_draft(want, desk)


def _check_message(want: Want, desk: TortureDesk) -> None:
    last = desk.messages()[-1] if desk.messages() else None
    seen = {
        "sender": last.sender.email if last else None,
        "subject": last.subject if last else None,
        "files": tuple(one.name for one in last.attachments) if last else None,
        "types": tuple(one.content_type for one in last.attachments) if last else None,
        "hints": last.hints if last else None,
        "customer": (desk.items()[-1].item.customer_number or "") if last else None,
    }
    for name, value in seen.items():
        wanted = getattr(want, name)
        assert wanted is None or value == wanted, name
    if want.text is not None:
        assert last is not None
        assert want.text in last.newest_text
    if want.not_text is not None:
        assert last is not None
        assert want.not_text not in last.newest_text


def _check_draft(want: Want, desk: TortureDesk) -> None:
    if want.to is not None:
        assert [draft.text.to for draft in desk.drafts()] == [want.to]
    if want.gaps is not None:
        assert [draft.gaps for draft in desk.drafts()] == [want.gaps]


def _check_what_always_holds(desk: TortureDesk) -> None:
    before = desk.counts()
    for slug in list(desk.mailboxes):
        desk.poll(slug)
        assert desk.balance(slug).closes
    desk.work()
    assert desk.counts() == before, "a second run changes nothing"
    kept = set(_every_raw(desk))
    for raws in desk.delivered.values():
        assert all(raw in kept for raw in raws if len(raw) <= desk.limits.message_bytes), "raw bytes can be had again"
    assert all(row.entry.approved_by for row in desk.queries.outbox()), "nothing leaves without a person"


def _every_raw(desk: TortureDesk) -> Iterator[bytes]:
    with desk.store.look() as uow:
        number = desk.counts()["raw_message"]
        for raw_id in range(1, number + 1):
            yield uow.raw.get(raw_id).content
