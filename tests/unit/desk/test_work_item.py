"""Work items: their numbers, their allowed moves, how they end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.desk.resolution import NEEDS_DOCUMENT, Outcome, Resolution, outcome
from bot.desk.work_item import MOVES, ItemState, WorkItem, assign, id_of, merge, move, reopen, resolve, resort
from bot.errors import RuleViolationError

NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


def make_item(**changes: object) -> WorkItem:
    values: dict[str, object] = {
        "item_id": 1042,
        "thread_id": 7,
        "category": "revision",
        "reason": "po_number",
        "state": ItemState.OPEN,
        "queue": "invoicing",
        "side": "outside",
        "customer_number": "C1",
        "subject": "PO missing",
        "opened_at": NOW,
    }
    return WorkItem(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("written", ["CD-1042", "cd-1042", "1042", " CD-1042 "])
def test_a_number_is_read_as_people_write_it(written: str) -> None:
    assert id_of(written) == 1042


@pytest.mark.parametrize("written", ["", "CD-", "XY-1", "CD-1 2", "CD--1", "-1", "9" * 13])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(RuleViolationError, match="no work item number"):
        id_of(written)


@pytest.mark.parametrize("start", list(ItemState))
@pytest.mark.parametrize("target", list(ItemState))
def test_an_item_moves_only_where_the_table_allows(start: ItemState, target: ItemState) -> None:
    item = make_item(state=start)
    if target in MOVES[start]:
        assert move(item, target).state is target
        assert move(item, target).version == item.version + 1
    else:
        with pytest.raises(RuleViolationError, match="cannot become"):
            move(item, target)


def test_a_merged_item_is_done_for_good() -> None:
    merged = merge(make_item(), make_item(item_id=7))
    for change in (reopen, lambda item: assign(item, "kim"), lambda item: resort(item, "refund", None, "icc")):
        with pytest.raises(RuleViolationError):
            change(merged)


def test_a_resolved_item_says_how_it_ended_until_it_is_opened_again() -> None:
    ended = resolve(make_item(), Outcome(Resolution.REBILL, "INV-9"), NOW)
    assert (ended.state, ended.resolution, ended.document_number) == (ItemState.RESOLVED, "rebill", "INV-9")
    again = reopen(ended)
    assert (again.state, again.resolution, again.document_number, again.resolved_at) == ("open", None, "", None)


@pytest.mark.parametrize(
    ("survivor", "why"),
    [
        (make_item(), "into itself"),
        (make_item(item_id=7, state=ItemState.MERGED), "merged itself"),
        (make_item(item_id=7, customer_number="C2"), "different customers"),
    ],
)
def test_what_cannot_be_merged_is_refused_with_the_reason(survivor: WorkItem, why: str) -> None:
    with pytest.raises(RuleViolationError, match=why):
        merge(make_item(), survivor)


@pytest.mark.parametrize("resolution", sorted(NEEDS_DOCUMENT))
def test_a_resolution_that_leaves_a_document_needs_its_number(resolution: str) -> None:
    with pytest.raises(RuleViolationError, match="needs the number"):
        outcome(resolution, "  ")
    assert outcome(resolution, " 77 ") == Outcome(Resolution(resolution), "77")


def test_an_unknown_resolution_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RuleViolationError, match="no_action"):
        outcome("whatever")
