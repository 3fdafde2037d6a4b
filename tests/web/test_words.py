"""The pure parts of the page: marks, times, words, and text made safe to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.desk.draft import DraftState
from bot.desk.outbox import OutboxState
from bot.desk.resolution import Resolution
from bot.desk.trust import EFFECTS
from bot.desk.work_item import ItemState
from bot.web import moments, words
from bot.web.draft_form import DraftForm
from bot.web.log_in import own_path
from bot.web.marking import Mark, Piece, pieces
from bot.web.pages import HERE, STATIC
from bot.web.visible import one_line, typed, visible

NEW_YORK = ZoneInfo("America/New_York")


def test_overlapping_marks_carry_the_words_of_each() -> None:
    assert pieces("abcdef", [Mark(0, 4, "one"), Mark(2, 6, "two")]) == [
        Piece("ab", "one", "evidence"),
        Piece("cd", "one; two", "evidence"),
        Piece("ef", "two", "evidence"),
    ]


@pytest.mark.parametrize("start", [-9, -1, 0, 2, 5, 6, 99])
def test_whatever_the_offsets_the_text_stays_whole(start: int) -> None:
    for one, other in product((-9, 0, 1, 3, 6, 99), repeat=2):
        cut = pieces("abcdef", [Mark(start, one, "x"), Mark(one, other, "y")])
        assert "".join(piece.text for piece in cut) == "abcdef"


def test_an_empty_text_has_no_pieces() -> None:
    assert pieces("", [Mark(0, 3, "x")]) == []


def test_steering_characters_are_written_out() -> None:
    assert visible("a\u202eb\x00c\x1b[2J\u2066d") == "a⟨U+202E⟩b⟨U+0000⟩c⟨U+001B⟩[2J⟨U+2066⟩d"
    assert visible("one\r\ntwo\rthree\tfour") == "one\ntwo\nthree\tfour"
    assert visible("שלום \u200f مرحبا") == "שלום \u200f مرحبا"
    assert one_line("a\nb\tc") == "a b c"
    assert typed("a\r\nb\x00") == "a\nb"


def test_times_are_told_in_the_zone_of_the_company_whatever_the_season() -> None:
    now = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
    assert moments.clock_time(datetime(2026, 11, 2, 2, 5, tzinfo=UTC), NEW_YORK, now) == "Today 9:05 PM"
    assert moments.clock_time(datetime(2026, 7, 1, 16, 0, tzinfo=UTC), NEW_YORK, now) == "Wed Jul 1, 12:00 PM"
    assert moments.clock_time(datetime(2025, 1, 1, 5, 0, tzinfo=UTC), NEW_YORK, now) == "Jan 1, 2025, 12:00 AM"


def test_lengths_are_told_in_their_largest_unit() -> None:
    found = [moments.span(timedelta(minutes=minutes)) for minutes in (-5, 0, 59, 60, 47 * 60, 48 * 60)]
    assert found == ["0 min", "0 min", "59 min", "1 h", "47 h", "2 d"]


def test_every_state_and_every_flag_that_stops_a_draft_has_words() -> None:
    assert set(words.ITEM_STATES) == set(ItemState)
    assert set(words.DRAFT_STATES) == set(DraftState)
    assert set(words.OUTBOX_STATES) == set(OutboxState)
    assert set(words.RESOLUTIONS) == set(Resolution)
    for flag in EFFECTS:
        assert words.warnings([flag]), flag


def test_a_flag_that_is_new_is_still_shown() -> None:
    assert words.remarks(["some_new_flag"]) == ["Some new flag"]


def test_nobody_is_ever_sure_altogether() -> None:
    assert words.percent(1.0) == "99%"


def test_recipients_are_taken_as_people_write_them() -> None:
    text = DraftForm(to="Ann Doyle <ann@a.example>; bob@b.example,\n bob@b.example ", cc="").text()
    assert text.to == ("ann@a.example", "bob@b.example")
    assert text.cc == ()


def test_only_plain_paths_of_ours_follow_a_log_in() -> None:
    assert own_path("/items/CD-1042?from=drafts") == "/items/CD-1042?from=drafts"
    for wanted in ("", "items", "//x", "/\\x", "http://x", "/a\n", "/%2f%2fx", "/items?next=//x"):
        assert own_path(wanted) == "/"


@pytest.mark.parametrize("path", sorted((HERE / "html").iterdir()), ids=lambda path: path.name)
def test_no_template_lets_text_through_unescaped(path) -> None:  # type: ignore[no-untyped-def]
    source = path.read_text(encoding="utf-8")
    assert "|safe" not in source.replace(" ", "")
    assert "autoescape" not in source
    assert "http://" not in source
    assert "https://" not in source


def test_the_style_and_the_script_load_nothing_from_elsewhere() -> None:
    for path in STATIC.iterdir():
        source = path.read_text(encoding="utf-8")
        assert "url(" not in source
        assert "@import" not in source
        # What the script asks for is an address of the page itself; the policy of the page holds it to that.
        assert path.suffix == ".svg" or "http" not in source
