"""Subject lines."""

from __future__ import annotations

import pytest

from bot.mail.subjects import is_forward_subject, normalised_subject, reply_subject, subject_tags


@pytest.mark.parametrize(
    "subject",
    [
        "Invoice 4711",
        "Re: Invoice 4711",
        "RE: Re: AW: Invoice  4711",
        "Fwd: WG: TR: RV: Invoice 4711",
        "Re[2]: Invoice 4711",
        "SV: Antw: Invoice 4711",
        "[EXTERNAL] Re: [CD-1042] Invoice 4711",
        "Re: Invoice 4711 [CD-1042]",
    ],
)
def test_prefixes_and_tags_do_not_make_another_subject(subject: str) -> None:
    assert normalised_subject(subject) == "invoice 4711"


@pytest.mark.parametrize("subject", ["", "Re:", "AW: WG:", "[EXTERNAL]"])
def test_nothing_but_prefixes_is_nothing(subject: str) -> None:
    assert normalised_subject(subject) == ""


@pytest.mark.parametrize(
    ("subject", "tags"),
    [
        ("Re: Invoice [CD-1042]", ("CD-1042",)),
        ("[cd-1042] and [CD-1042]", ("CD-1042",)),
        ("[CD-1] [CD-2]", ("CD-1", "CD-2")),
        ("part CD-1042 of the order", ()),
        ("[CD-]", ()),
    ],
)
def test_only_bracketed_tags_count(subject: str, tags: tuple[str, ...]) -> None:
    assert subject_tags(subject) == tags


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Invoice", "Re: Invoice [CD-1]"),
        ("RE: Invoice", "RE: Invoice [CD-1]"),
        ("Re: Invoice [CD-1]", "Re: Invoice [CD-1]"),
        ("", "Re: [CD-1]"),
    ],
)
def test_an_answer_has_one_prefix_and_one_tag(subject: str, answer: str) -> None:
    assert reply_subject(subject, "CD-1") == answer


@pytest.mark.parametrize("subject", ["FW: x", "Fwd: x", "WG: x", "TR : x", "RV: x", "RE: FW: x", "[EXT] Fwd: x"])
def test_forwards_are_told_in_several_languages(subject: str) -> None:
    assert is_forward_subject(subject)


@pytest.mark.parametrize("subject", ["Re: x", "Forward the invoice", "", "[[[[" * 500, "re:" * 600])
def test_other_subjects_are_no_forwards(subject: str) -> None:
    assert not is_forward_subject(subject)
    normalised_subject(subject)
