"""What the page says of the desk itself, to people and to machines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bot.web.alarms import RecentAlarms
from tests.web.room import ADDRESS, Room


def _break(room: Room) -> None:
    """An hour without a look into the mailbox, and a message in quarantine."""
    with room.desk.store.begin() as uow:
        uow.mailboxes.begin("icc", None, room.clock.now())
        uow.connection.exec_driver_sql(
            "INSERT INTO quarantine (mailbox, pointer, reason, held_at) VALUES ('icc', '1', 'x', ?)",
            (room.clock.now().isoformat(timespec="microseconds"),),
        )
        uow.commit()
    room.clock.pass_by(timedelta(hours=1))
    room.client.app.state.alarms = RecentAlarms(room.desk)  # type: ignore[attr-defined]


def test_every_page_says_that_something_is_wrong(room: Room) -> None:
    assert "No successful look" not in room.client.get("/").text
    _break(room)
    page = room.client.get("/").text
    assert "No successful look into icc for 60 minutes" in page
    assert "and 1 more" in page


def test_the_health_page_names_each_alarm_and_what_to_do(room: Room) -> None:
    assert "Nothing is wrong as far as the desk can see" in room.client.get("/health").text
    _break(room)
    page = room.client.get("/health").text
    assert "No successful look into icc for 60 minutes" in page
    assert "1 message is in quarantine" in page
    assert "See the page Quarantine" in page


def _metrics(room: Room, host: str = "127.0.0.1", **headers: str) -> tuple[int, str]:
    client = TestClient(room.client.app, base_url=ADDRESS, client=(host, 50000))
    answer = client.get("/metrics", headers=headers)
    return answer.status_code, answer.text


def test_metrics_are_gauges_in_the_format_of_prometheus(room: Room) -> None:
    _break(room)
    status, text = _metrics(room)
    assert status == 200
    lines = text.splitlines()
    assert 'creditdesk_alarm{kind="mailbox_silent",about="icc"} 1' in lines
    assert 'creditdesk_mailbox_last_success_timestamp_seconds{mailbox="icc"} 0' in lines
    assert 'creditdesk_waiting{what="quarantine"} 1' in lines
    assert "creditdesk_up 1" in lines
    samples = [line.partition("{")[0].partition(" ")[0] for line in lines if not line.startswith("#")]
    declared = [line.split(" ")[2] for line in lines if line.startswith("# TYPE")]
    assert len(declared) == len(set(declared))
    assert set(samples) <= set(declared)


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("192.0.2.7", {}),
        ("testclient", {}),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}),
    ],
)
def test_nobody_from_elsewhere_reads_the_metrics(room: Room, host: str, headers: dict[str, str]) -> None:
    status, text = _metrics(room, host, **headers)
    assert status == 403
    assert "creditdesk_" not in text


def test_an_address_that_the_configuration_names_reads_them(room: Room) -> None:
    web = room.desk.settings.web.model_copy(update={"metrics_from": ("192.0.2.0/24",)})
    room.client.app.state.desk = replace(room.desk, settings=replace(room.desk.settings, web=web))  # type: ignore[attr-defined]
    assert _metrics(room, "192.0.2.7")[0] == 200
    assert _metrics(room, "127.0.0.1")[0] == 403


def test_a_store_that_cannot_answer_is_told_to_machines_too(room: Room) -> None:
    with room.desk.store.begin() as uow:
        uow.connection.exec_driver_sql("ALTER TABLE mailbox RENAME TO gone")
        uow.commit()
    assert _metrics(room) == (200, "creditdesk_up 0\n")
