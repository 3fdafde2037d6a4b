"""Every shortcut in reading facts answers like the plain way that it spares: over examples, and over made-up text."""

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifiers.candidates import ASCII_WORDS, WORDS, candidates_in, words_with_digits
from classifiers.examples_file import Example
from classifiers.facts_amounts import BLANK, MARKED, NAMED, PLAIN, SPACED, TOLD, WHOLE, amounts_in, as_decimal
from classifiers.facts_states import CODE, CODES, NAME, STATES, states_in
from classifiers.number_model import NumberModel
from classifiers.sorter import MODEL

WORD_WITH_DIGIT = re.compile(r"(?<!\S)[^\s\d]*+\d\S*")
PLAIN_CODE = re.compile(r"(?<![\w.&/#'\-])[A-Z]{2}(?![\w&#'\-]|\.\w)")

_PIECES = (
    *(
        "$",
        "€",
        "£",
        "US$",
        "CA$",
        "a$",
        "USD",
        "usd",
        "EUR",
        "euros",
        "dollars",
        "k",
        "\u212a",
        "thousand",
        "million",
        "m",
    ),
    *(
        "5",
        "12",
        "1,204.50",
        "1.204,50",
        "7,150",
        "1 486,90",
        ".50",
        "145",
        "paid 145",
        "charged us 40",
        "1'204.50",
        "12.5%",
        "3pm",
        "PO",
        "po#",
        "no.",
    ),
    *(
        "INV-778812",
        "invoice",
        "order",
        "S1234567",
        "77 41",
        "#7741",
        "4411-A",
        "2026-01-05",
        "1/2/26",
        "10:30",
        "١٢٣",
        "²",
    ),
    *(
        "CA",
        "TX",
        "IN",
        "New York",
        "NEW JERSEY",
        "west Virginia",
        "Iowa",
        "İowa",
        "Kan\u017fas",
        "\u212aansas",
        "Ohio",
    ),
    *("Ave", "90210", "Dallas,", "state:", "certificate", "don't", "don’t", "x@y.com"),
)
TEXTS = st.lists(
    st.tuples(st.sampled_from(_PIECES), st.sampled_from((" ", " ", "\n", "", ",", ". ", "\u00a0", "/", "'", " - "))),
    max_size=30,
).map(lambda pairs: "".join(piece + gap for piece, gap in pairs))


def searched_amounts(text: str) -> list[tuple[str, int, int]]:
    """Each pattern looked for from the beginning of the text to its end."""
    text = SPACED.sub(lambda match: BLANK.sub(".", match.group()), text)
    found: list[tuple[str, int, int]] = []
    for pattern in (MARKED, NAMED, PLAIN, WHOLE, TOLD):
        taken = {place for _, start, end in found for place in range(start, end)}
        for match in pattern.finditer(text):
            size = match["size"] or "" if "size" in pattern.groupindex else ""
            value = as_decimal(match["number"], size.lower())
            if value not in (None, "0.00") and match.start() not in taken:
                found.append((str(value), match.start(), match.start() + len(match[0].rstrip())))
    return sorted(found, key=lambda one: one[1])


def assert_amounts_alike(text: str) -> None:
    assert [(one.value, one.start, one.end) for one in amounts_in(text)] == searched_amounts(text)


def test_amounts_of_the_examples_are_those_of_a_search_through_the_text(examples: list[Example]) -> None:
    for one in examples:
        assert_amounts_alike(one.mail.newest_text)


@settings(max_examples=500, deadline=None)
@given(TEXTS)
@example("5 $6 $7 and USD 5USD .50 1 486,90 €1 k")
@example("145/1'204.50")
@example("paid 145,.50 ")
@example("5 \u212a $")
def test_amounts_of_made_up_text_are_those_of_a_search_through_the_text(text: str) -> None:
    assert_amounts_alike(text)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
@example("from Kan\u017fas and İowa to \u212aansas, West Virginia")
def test_states_are_those_that_a_search_through_the_text_finds(text: str) -> None:
    names = {match.span() for match in NAME.finditer(text) if match.group().lower() in STATES}

    assert {(one.start, one.end) for one in states_in(text) if one.end - one.start > 2} == names
    assert [one.span() for one in CODE.finditer(text)] == [one.span() for one in PLAIN_CODE.finditer(text)]


def test_a_letter_that_only_passes_for_another_one_makes_no_state() -> None:
    assert {state.code for state in states_in("İowa, Iowa and Kan\u017fas")} <= CODES
    assert [state.code for state in states_in("İowa, Iowa and Kan\u017fas")] == ["IA"]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_words_with_a_digit_are_those_that_trying_every_word_finds(text: str) -> None:
    assert list(words_with_digits(text)) == [match.span() for match in WORD_WITH_DIGIT.finditer(text)]


@given(TEXTS.filter(str.isascii))
def test_words_in_ascii_are_read_alike_by_both_patterns(text: str) -> None:
    assert ASCII_WORDS.findall(text.lower()) == WORDS.findall(text.lower())


def test_what_is_remembered_of_a_number_changes_no_answer(examples: list[Example]) -> None:
    used = NumberModel.load(MODEL / "facts")
    for one in examples[:300]:
        candidates = candidates_in(one.mail.newest_text, "newest_text")
        fresh = NumberModel(used.bias, used.weights)

        assert used.tell(candidates, one.mail, one.primary) == fresh.tell(candidates, one.mail, one.primary)
