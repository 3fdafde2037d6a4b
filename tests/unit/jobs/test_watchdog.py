"""The watchdog barks at staff, never at anybody else, and not without end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from threading import Thread

import pytest

from bot.bootstrap import Desk, build
from bot.desk.watch import AlarmKind
from bot.errors import PermanentError, SettingsError, TransientError
from bot.jobs.watchdog import Watchdog
from bot.settings import load
from bot.steps.operator_mail import Notice, send_notice
from tests.desks.senders import KeepingSender
from tests.desks.step_desk import SteppedClock

BOT = """\
[company]
name = "Northgate"
domains = ["northgate.example"]

[outgoing]
protocol = "maildir"
path = "delivered"

[watch]
mail_to = ["ops@northgate.example", "lee@eu.northgate.example"]
"""
BOX = '[icc]\naddress = "icc@northgate.example"\nprotocol = "maildir"\npath = "mail"\nstart = "all"\n'


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def sender() -> KeepingSender:
    return KeepingSender()


@pytest.fixture
def desk(tmp_path: Path, clock: SteppedClock, sender: KeepingSender) -> Iterator[Desk]:
    (tmp_path / "bot.toml").write_text(BOT)
    (tmp_path / "mailboxes.toml").write_text(BOX)
    built = build(load(tmp_path, {}), clock=clock)
    with built.store.begin() as uow:
        uow.mailboxes.begin("icc", None, clock.now())
        uow.mailboxes.succeeded("icc", clock.now())
        uow.commit()
    yield replace(built, sender=sender)
    built.close()


def test_silence_is_told_once_to_staff(desk: Desk, clock: SteppedClock, sender: KeepingSender) -> None:
    watchdog = Watchdog(desk)
    assert watchdog.look() == ()
    clock.forward(minutes=16)
    for _ in range(3):
        (alarm,) = watchdog.look()
    assert alarm.kind is AlarmKind.MAILBOX_SILENT
    ((envelope, raw),) = sender.sent
    assert envelope.recipients == ("ops@northgate.example", "lee@eu.northgate.example")
    message = message_from_bytes(raw)
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Subject"] == "Creditdesk: no successful look into icc for 16 minutes"
    assert [entry.what for entry in desk.queries.record()] == ["told_staff"]


def test_a_restart_tells_nothing_twice_and_all_of_an_hour_is_one_mail(
    desk: Desk, clock: SteppedClock, sender: KeepingSender
) -> None:
    clock.forward(minutes=16)
    Watchdog(desk).look()
    with desk.store.begin() as uow:
        uow.connection.exec_driver_sql(
            "INSERT INTO quarantine (mailbox, pointer, reason, held_at) VALUES ('icc', '1', 'x', ?)",
            (clock.now().isoformat(timespec="microseconds"),),
        )
        uow.commit()
    for _ in range(5):
        Watchdog(desk).look()
        clock.forward(minutes=10)
    assert len(sender.sent) == 1
    clock.forward(minutes=20)
    Watchdog(desk).look()
    assert len(sender.sent) == 2
    assert b"in quarantine" in sender.sent[1][1]
    assert b"no successful look" in sender.sent[1][1]


def test_what_could_not_be_mailed_is_mailed_at_the_next_look(desk: Desk, clock: SteppedClock) -> None:
    sender = KeepingSender(TransientError("away"))
    watchdog = Watchdog(replace(desk, sender=sender))
    clock.forward(minutes=16)
    watchdog.look()
    assert sender.sent == []
    watchdog.look()
    assert len(sender.sent) == 1


def test_it_barks_while_somebody_holds_the_store(desk: Desk, clock: SteppedClock, sender: KeepingSender) -> None:
    clock.forward(minutes=16)
    with desk.store.begin():
        looking = Thread(target=Watchdog(desk).look, daemon=True)
        looking.start()
        looking.join(timeout=3)
        assert len(sender.sent) == 1
        assert looking.is_alive()
    looking.join(timeout=20)
    assert [entry.what for entry in desk.queries.record()] == ["told_staff"]


def test_a_store_that_cannot_be_read_is_an_alarm(desk: Desk, sender: KeepingSender) -> None:
    with desk.store.begin() as uow:
        uow.connection.exec_driver_sql("ALTER TABLE mailbox RENAME TO gone")
        uow.commit()
    (alarm,) = Watchdog(desk).look()
    assert alarm.kind is AlarmKind.STORE
    assert len(sender.sent) == 1


@pytest.mark.parametrize(
    "address",
    [
        "ann@customer.example",
        "ann@northgate.example.evil.example",
        "ann@customer.example@northgate.example",
        "icc@northgate.example",
    ],
)
def test_alarms_go_to_nobody_but_staff(tmp_path: Path, address: str) -> None:
    (tmp_path / "bot.toml").write_text(BOT.replace("ops@northgate.example", address))
    (tmp_path / "mailboxes.toml").write_text(BOX)
    with pytest.raises(SettingsError, match=r"watch\.mail_to"):
        load(tmp_path, {})


def test_even_a_wrong_configuration_lets_nothing_out(desk: Desk, clock: SteppedClock, sender: KeepingSender) -> None:
    notice = Notice(("ops@northgate.example", "ann@customer.example"), "x", "x", desk.operator.new_id("alarm"))
    with pytest.raises(PermanentError):
        send_notice(notice, clock.now(), operator=desk.operator, sender=sender)
    assert sender.sent == []


def test_a_slow_mailbox_may_be_silent_for_longer(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text(BOT)
    (tmp_path / "mailboxes.toml").write_text(BOX + 'poll_every = "1h"\n')
    built = build(load(tmp_path, {}))
    assert built.watch_rules.silent_after == {"icc": timedelta(hours=3)}
    built.close()
