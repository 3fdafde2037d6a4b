"""Reports in the page: each number opens the list behind it, and the list adds up to the number."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from lxml import html
from python_calamine import CalamineWorkbook

from bot.web.reports import RecentReports
from tests.web.room import Room, make_letter

NUMBER = re.compile(r"(?:(\d+) h )?(?:(\d+) min)? ?(?:(\d+) s)?")


@pytest.fixture
def worked(room: Room) -> Room:
    """A morning's work: answers, a correction, a rejection, something late and something in quarantine."""
    first = room.arrive(make_letter())
    second = room.arrive(make_letter("The goods came damaged.", "Damaged", sender="Cy <cy@harlow.example>"))
    room.arrive(make_letter("We are exempt in NY.", "Exemption of Harlow", sender="Di <di@harlow.example>"))
    room.arrive(make_letter("Hm.", "What is this"))
    room.clock.pass_by(timedelta(minutes=50))
    room.post(f"/items/{first}/assign", assignee="ann")
    room.post(f"/drafts/{room.draft_id(first)}/approve", **room.draft_form(first))
    room.post(f"/items/{second}/sort", choice="refund")
    room.post(f"/items/{first}/resolve", resolution="no_action")
    room.clock.pass_by(timedelta(hours=26))
    room.log_in("ann")
    room.arrive(make_letter("The goods came damaged again.", "Damaged", sender="Ed <ed@brightwater.example>"))
    room.clock.pass_by(timedelta(minutes=3))
    return room


def figures(room: Room, path: str) -> list[tuple[str, str]]:
    """Every number of the page that opens a list: what it shows, and where it leads."""
    page = html.document_fromstring(room.client.get(path).text)
    return [(one.text_content(), one.get("href")) for one in page.xpath("//a[contains(@class,'figure')]")]


def seconds(text: str) -> int:
    hours, minutes, rest = NUMBER.fullmatch(text.strip()).groups(default="0")  # type: ignore[union-attr]
    return int(hours) * 3600 + int(minutes) * 60 + int(rest)


def worked_out(values: list[str], sentence: str) -> str | int:
    """The figure, from the list alone, as a reader with a pencil would."""
    if "number of" in sentence:
        return str(len(values))
    if "a yes" in sentence:
        return f"{100 * values.count('yes') / len(values):.0f} %"
    if "the mean" in sentence:
        return f"{sum(float(one.removesuffix(' %')) for one in values) / len(values):.0f} %"
    spans = sorted(seconds(one) for one in values)
    tenths = 5 if "the median" in sentence else 9
    return spans[-(-tenths * len(spans) // 10) - 1]


@pytest.mark.parametrize("report", ["sla-daily", "sla-weekly", "sorting-weekly"])
def test_each_number_opens_a_list_that_adds_up_to_it(worked: Room, report: str) -> None:
    found = figures(worked, f"/reports/{report}")
    assert len(found) > 5
    for told, path in found:
        page = html.document_fromstring(worked.client.get(path).text)
        figure = page.xpath("//b[@id='figure']")[0]
        rows = page.xpath("//table//tbody/tr")
        values = [row.xpath("./td[2]")[0].text_content() for row in rows]
        made = worked_out(values, figure.getnext().text_content())
        assert (seconds(told) if isinstance(made, int) else told) == made, path
        assert figure.text_content() == told
        for link in page.xpath("//td[@class='number']/a/@href"):
            assert worked.client.get(link).status_code == 200


def test_a_past_moment_is_shown_again_as_it_was(worked: Room) -> None:
    path = "/reports/sla-weekly?as_of=2026-11-24T12:00"
    before = figures(worked, path)
    worked.clock.pass_by(timedelta(hours=30))
    worked.log_in("ann")
    worked.arrive(make_letter("The goods came damaged once more.", "Damaged", sender="Flo <flo@harlow.example>"))
    # Asked anew, and not out of what the page remembers.
    worked.client.app.state.reports = RecentReports()  # type: ignore[attr-defined]
    assert figures(worked, path) == before


def test_charts_are_pictures_described_in_words_and_run_nothing(worked: Room) -> None:
    page = html.document_fromstring(worked.client.get("/reports/sla-weekly").text)
    images = page.xpath("//img[@class='chart']")
    assert len(images) == 2
    for image in images:
        answer = worked.client.get(image.get("src"))
        assert answer.headers["content-type"] == "image/svg+xml"
        assert "script-src" not in answer.headers["content-security-policy"]
        assert b"<svg" in answer.content
        assert len(unescape(image.get("alt"))) > 40


def test_the_workbook_is_of_the_same_moment(worked: Room) -> None:
    answer = worked.client.get("/reports/sla-weekly/workbook")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    rows = book.get_sheet_by_name("Rows total").to_python()
    told = {path: told for told, path in figures(worked, "/reports/sla-weekly")}
    came_in = next(one for path, one in told.items() if "table=total" in path and "column=In" in path)
    assert sum(row[1] == "In" for row in rows) == int(came_in)


def test_another_person_sees_no_figures_of_this_one(worked: Room) -> None:
    assert "table-person" in worked.client.get("/reports/sla-weekly").text
    worked.add_person("max", "manager")
    worked.client.cookies.clear()
    worked.log_in("max")
    page = worked.client.get("/reports/sla-weekly").text
    assert "table-person" not in page
    behind = "/reports/sla-weekly/list?table=person&row=ann&column=Done"
    assert worked.client.get(behind).status_code == 404
    book = CalamineWorkbook.from_filelike(BytesIO(worked.client.get("/reports/sla-weekly/workbook").content))
    assert not any("person" in name for name in book.sheet_names)


def test_a_person_of_one_queue_sees_the_work_of_that_queue_alone(worked: Room) -> None:
    with worked.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"tax-exempt"})
        uow.commit()
    found = figures(worked, "/reports/sla-weekly")
    shown = " ".join(worked.client.get(path).text for _, path in found)
    assert "Exemption of Harlow" in shown
    assert "Damaged" not in shown
    assert "icc" not in worked.client.get("/reports/sla-weekly").text.lower().split("<main")[1]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reports/gossip", 404),
        ("/reports/sla-weekly?as_of=soon", 422),
        ("/reports/sla-weekly?as_of=2036-01-01T00:00", 422),
        ("/reports/sla-weekly/list?table=total&row=All&column=Gone", 404),
        ("/reports/sla-weekly/list?table=oldest&row=CD-1001&column=State", 404),
        ("/reports/sla-weekly/charts/total", 404),
    ],
)
def test_what_there_is_not_is_told(worked: Room, path: str, status: int) -> None:
    assert worked.client.get(path).status_code == status


def test_a_hostile_subject_is_text_in_the_list(room: Room) -> None:
    room.arrive(make_letter("The goods came damaged.", "<script>alert(1)</script>=1+1"))
    room.clock.pass_by(timedelta(minutes=2))
    path = next(path for _, path in figures(room, "/reports/sla-daily") if "table=total" in path)
    assert "&lt;script&gt;alert(1)" in room.client.get(path).text


def test_a_late_item_is_late_in_the_page(worked: Room) -> None:
    told = {path: told for told, path in figures(worked, "/reports/sla-weekly")}
    late = next(one for path, one in told.items() if "table=total" in path and "column=Late" in path)
    assert int(late) >= 1
