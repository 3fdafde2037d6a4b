"""The examples are complete: every category and every reason of the law has some."""

from classifiers.categories import CATEGORIES, REASONS
from classifiers.examples_file import EXAMPLES, Example, automatic_kind
from classifiers.newest import split_newest


def test_every_category_has_a_file_and_many_examples(examples: list[Example]) -> None:
    assert {path.stem for path in EXAMPLES.glob("*.jsonl")} == set(CATEGORIES)
    for category in CATEGORIES:
        assert sum(example.primary == category for example in examples) >= 100


def test_every_reason_has_an_example(examples: list[Example]) -> None:
    given = {(example.primary, example.reason) for example in examples}
    wanted = {(category, reason) for category, reasons in REASONS.items() for reason in reasons}

    assert wanted - given == set()


def test_no_example_uses_a_name_that_the_law_does_not_know(examples: list[Example]) -> None:
    for example in examples:
        assert set(example.categories) <= set(CATEGORIES)
        assert example.reason is None or example.reason in REASONS[example.primary]


def test_an_example_is_found_by_source_and_id_once(examples: list[Example]) -> None:
    keys = [(example.source, example.id) for example in examples]

    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)


def test_the_newest_text_ends_where_the_history_begins() -> None:
    body = "Please refund us.\n\nAnn\n\nOn Monday, Bob wrote:\n> The invoice is 7704118."

    newest, quoted = split_newest(body)

    assert newest == "Please refund us.\n\nAnn"
    assert quoted.endswith("7704118.")


def test_a_text_that_begins_with_a_quote_is_taken_whole() -> None:
    body = "> Please refund us."

    assert split_newest(body) == (body, "")


def test_a_portal_header_is_not_an_automatic_reply() -> None:
    assert automatic_kind({"Auto-Submitted": "auto-generated"}, "Portal <no-reply@portal.example>") is None
    assert automatic_kind({"Auto-Submitted": "auto-replied"}, "Ann <ann@firm.example>") == "auto_reply"
    assert automatic_kind({}, "MAILER-DAEMON@mx.example") == "bounce"
