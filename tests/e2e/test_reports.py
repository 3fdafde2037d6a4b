"""Managers get their report by mail from a real desk over real SMTP, and the terminal writes it in every form."""

from __future__ import annotations

import json
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from python_calamine import CalamineWorkbook

from bot.jobs.reporting import mail_reports
from bot.reports.readers import Reader
from bot.store.report_mails import newest_mails
from tests.desks.desk import DeskUnderTest, mail_desk
from tests.desks.opened import opened
from tests.e2e.letters import letter
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer

MAILING = """\
[mailing.now]
report = "sla-daily"
to = ["{to}"]
at = "{at}"
days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
"""


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    return mail_desk(tmp_path, mail_server, smtp_server)


def configure(desk: DeskUnderTest, to: str) -> None:
    now = datetime.now(ZoneInfo("America/New_York"))
    (desk.config / "reports.toml").write_text(MAILING.format(to=to, at=f"{now:%H:%M}"))


def test_managers_get_the_report_once(desk: DeskUnderTest, smtp_server: SmtpServer) -> None:
    desk.command("ingest", "-", stdin=letter())
    configure(desk, "manager@northgate.example")
    with opened(desk) as wired:
        assert mail_reports(wired) == 1
        assert mail_reports(wired) == 0
    found = [one for one in smtp_server.accepted if "manager@northgate.example" in one.recipients]
    assert len(found) == 1
    message = message_from_bytes(found[0].raw, policy=default)
    assert isinstance(message, EmailMessage)
    html, plain = message.get_body(("html",)), message.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert message["Subject"].startswith("SLA summary of the day")
    # The mail says what the terminal says of the same moment.
    with opened(desk) as wired:
        (mail,) = newest_mails(wired.store.engine)
        told = wired.report("sla-daily", Reader(""), mail.as_of).headlines[0]
    assert told in html.get_content()
    assert told in plain.get_content()
    (book,) = message.iter_attachments()
    assert "Figures" in CalamineWorkbook.from_filelike(BytesIO(book.get_content())).sheet_names


def test_an_address_outside_stops_the_start(desk: DeskUnderTest, smtp_server: SmtpServer) -> None:
    configure(desk, "boss@elsewhere.example")
    assert "reports.toml: mailing.now.to: boss@elsewhere.example" in desk.command("run", "--once", expect=1)
    assert smtp_server.accepted == []


def test_a_report_is_written_in_every_form_for_a_past_moment(desk: DeskUnderTest, tmp_path: Path) -> None:
    desk.command("ingest", "-", stdin=letter())
    before = desk.command("report", "sla-weekly", "--as-of", "2026-01-05 08:00", "--as", "nobody")
    assert "Mon 2026-01-05 08:00 (America/New_York)" in before
    made = json.loads(desk.command("report", "sla-daily", "--format", "json"))
    total = next(one for one in made["tables"] if one["slug"] == "total")["rows"][0]["cells"]
    assert [one["thing"] for one in total["In"]["behind"]] == ["CD-1001"]
    for form in ("html", "xlsx"):
        target = tmp_path / f"report.{form}"
        desk.command("report", "sla-daily", "--format", form, "--out", target)
        assert target.stat().st_size > 5000
    assert desk.command("report", "sla-weekly", "--as-of", "2026-01-05 08:00", "--as", "nobody") == before
