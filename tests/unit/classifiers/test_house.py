"""An installation that tells how it writes its numbers has them read wherever they stand."""

import re

import pytest

from classifiers.house import House, NumberShapes
from classifiers.sorter import Sorter
from classifiers.verdict import MEANT, MailText, Verdict

HOUSE = House(
    shapes=NumberShapes(
        {
            "invoice": re.compile(r"ZX-\d{4}"),
            "po": re.compile(r"8\d{6}"),
            "order": re.compile(r"QO\d{5}"),
        }
    )
)


@pytest.fixture(scope="module")
def at_home() -> Sorter:
    return Sorter.load(ask_encoder=False, house=HOUSE)


def read(sorter: Sorter, text: str, **more: object) -> Verdict:
    return sorter.sort(MailText(subject="", newest_text=text, **more))  # type: ignore[arg-type]


def test_an_invoice_and_a_po_of_known_shape_need_no_word_before_them(at_home: Sorter) -> None:
    verdict = read(at_home, "Good day. Could somebody look at ZX-4471 today? It goes with 8123456.")

    assert verdict.invoices == ("ZX-4471",)
    assert verdict.pos == ("8123456",)


def test_without_shapes_the_same_numbers_are_not_told_apart_by_their_looks() -> None:
    verdict = read(Sorter.load(ask_encoder=False), "Could somebody look at ZX-4471 today? It goes with 8123456.")

    assert (verdict.invoices, verdict.pos) != (("ZX-4471",), ("8123456",))


def test_the_number_of_another_document_is_never_an_invoice_and_is_told_as_what_it_is(at_home: Sorter) -> None:
    verdict = read(at_home, "Please cancel the invoices QO55123 and ZX-1000.")

    assert verdict.invoices == ("ZX-1000",)
    assert [(one.kind, one.value) for one in verdict.facts if one.role != MEANT] == [("order", "QO55123")]


def test_the_word_right_before_a_number_says_more_than_its_shape(at_home: Sorter) -> None:
    assert read(at_home, "Our ticket 8123456 is about invoice ZX-1000.").pos == ()


def test_shapes_are_known_in_enclosed_files_too(at_home: Sorter) -> None:
    verdict = read(at_home, "See attached.", attachments=("a.pdf",), file_texts=("Overview\nZX-4471 due\n",))

    assert [(one.value, one.place) for one in verdict.facts if one.kind == "invoice"] == [("ZX-4471", "a.pdf, page 1")]
