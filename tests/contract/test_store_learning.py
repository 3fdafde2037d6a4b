"""What the store promises about examples and the choice of a model, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from datetime import timedelta

from bot.desk.example import ExampleMail, OwnExample, Right, Said
from bot.desk.model_choice import Comparison, ModelChoice
from bot.store.examples_page import examples_page
from bot.store.models_page import model_page
from bot.store.unit_of_work import SqlStore
from tests.contract.store_rows import NOW, make_item, new_thread


def make_example(message_id: int, thread_id: int, **changes: object) -> OwnExample:
    values: dict[str, object] = {
        "message_id": message_id,
        "thread_id": thread_id,
        "customer_number": "C1",
        "mail": ExampleMail("PO", "Please add it — ünï.", "", "outside", "icc", "someone@acme.example", ("po.pdf",)),
        "right": Right(("refund", "dispute"), "overpayment", {"invoice": ("INV-1",), "po": ()}),
        "currency": "USD",
        "said": Said("revision", "revision", None, "model-1"),
        "corrected_by": "kim",
        "corrected_at": NOW,
    }
    return OwnExample(**(values | changes))  # type: ignore[arg-type]


def test_an_example_comes_back_as_it_was_kept(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    kept = make_example(message_id, thread_id)
    with store.begin() as uow:
        uow.examples.keep(make_example(message_id, thread_id, right=Right(("other",), None)))
        uow.examples.keep(kept)
        uow.commit()
    with store.look() as uow:
        assert uow.examples.kept() == [kept]
        assert uow.examples.of_message(message_id) == kept
        assert uow.examples.of_message(message_id + 1) is None


def test_what_nobody_looked_at_stays_unknown(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        uow.examples.keep(make_example(message_id, thread_id, right=Right((), None), customer_number=None))
        uow.commit()
    with store.look() as uow:
        (kept,) = uow.examples.kept()
    assert (kept.right.facts, kept.customer_number) == (None, None)


def test_an_example_is_forgotten_by_message_or_by_age(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        uow.examples.keep(make_example(message_id, thread_id))
        assert uow.examples.forget([message_id + 1]) == 0
        assert uow.examples.forget_before(NOW) == 0
        assert uow.examples.forget_before(NOW + timedelta(seconds=1)) == 1
        assert uow.examples.kept() == []
        uow.commit()


def test_the_page_names_the_item_of_each_example(store: SqlStore) -> None:
    thread_id, message_id = new_thread(store)
    with store.begin() as uow:
        item = uow.items.add(make_item(thread_id))
        uow.items.link_message(item.item_id, message_id)
        uow.examples.keep(make_example(message_id, thread_id))
        uow.commit()
    (shown,) = examples_page(store.engine)
    assert (shown.item, shown.example.message_id) == (item.number, message_id)
    assert examples_page(store.engine, after=shown.example_id) == []


def test_the_newest_choice_of_a_model_counts_and_the_older_stay(store: SqlStore) -> None:
    first = ModelChoice("one", NOW, "kim", "promoted", "better")
    second = ModelChoice("", NOW, "kim", "rolled_back", "worse after all")
    with store.begin() as uow:
        assert uow.models.chosen() is None
        uow.models.choose(first)
        uow.models.choose(second)
        uow.commit()
    with store.look() as uow:
        assert uow.models.chosen() == second
        assert uow.models.choices() == [second, first]
    assert model_page(store.engine).chosen == second


def test_comparisons_are_kept_by_the_champion_they_were_made_with(store: SqlStore) -> None:
    made = Comparison("", "one", NOW, "kim", 40, is_better=False, said="no difference")
    with store.begin() as uow:
        uow.models.add_comparison(made)
        uow.commit()
    with store.look() as uow:
        assert uow.models.compared("") == [made]
        assert uow.models.compared("one") == []
