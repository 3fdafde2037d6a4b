"""reports.toml: what is accepted, and every mistake by its place."""

from __future__ import annotations

from datetime import time
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.policies.reports import ReportPolicy
from bot.settings import load

BOT = '[company]\nname = "Northgate"\ndomains = ["northgate.example"]\n'
MAILBOX = '[icc]\naddress = "icc@northgate.example"\nprotocol = "maildir"\npath = "icc"\n'


def read(folder: Path, text: str) -> ReportPolicy:
    (folder / "bot.toml").write_text(BOT)
    (folder / "mailboxes.toml").write_text(MAILBOX)
    (folder / "reports.toml").write_text(text)
    return load(folder, {}, needs_secrets=False).reports


def test_a_mailing_has_its_hour_and_its_days(tmp_path: Path) -> None:
    policy = read(tmp_path, '[mailing.m]\nreport = "sla-weekly"\nto = ["a@northgate.example"]\ndays = ["mon"]\n')
    mailing = policy.mailings[0]
    assert (mailing.report, mailing.at, mailing.days) == ("sla-weekly", time(7, 30), frozenset({0}))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[mailing.m]\nreport = "sla-daily"\nto = ["a@gmail.example"]\n', "not inside the company"),
        ('[mailing.m]\nreport = "sla-daily"\nto = ["a@northgate.example.evil.example"]\n', "not inside the company"),
        ('[mailing.m]\nreport = "sla-daily"\nto = ["a@b@northgate.example"]\n', "not inside the company"),
        ('[mailing.m]\nreport = "sla-daily"\nto = ["ICC@northgate.example"]\n', "a mailbox of the desk itself"),
        ('[mailing.m]\nreport = "gossip"\nto = ["a@northgate.example"]\n', "there is no report 'gossip'"),
        ('[mailing.m]\nreport = "sla-daily"\nto = ["a@northgate.example"]\nat = "7:30"\n', "write it as 07:30"),
        ('[mailing.m]\nreport = "sla-daily"\nto = ["a@northgate.example"]\ndays = ["Mon"]\n', "no weekday"),
        (
            '[mailing.m]\nreport = "sla-daily"\nto = ["a@northgate.example", "b@northgate.example"]\nreader = "kim"\n',
            "one address alone",
        ),
        ('[managers]\nkim = ["ana"]\nlee = ["ana"]\n', "ana has two managers"),
        ('[desk]\npage = "javascript:alert(1)"\n', "desk.page"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=r"reports\.toml") as error:
        read(tmp_path, text)
    assert told in str(error.value)
