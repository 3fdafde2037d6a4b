"""The desk as it runs all day: new mail within seconds, approval in the page, a clean end."""

from __future__ import annotations

import re
import time
from pathlib import Path

import httpx2
import pytest

from tests.desks.desk import PASSWORD, DeskUnderTest, mail_desk
from tests.e2e.letters import letter, wait_for_mail
from tests.mailserver.server import MailServer
from tests.mailserver.smtp_server import SmtpServer


@pytest.fixture
def desk(tmp_path: Path, mail_server: MailServer, smtp_server: SmtpServer) -> DeskUnderTest:
    made = mail_desk(tmp_path, mail_server, smtp_server)
    made.add_user()
    return made


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, which a browser sends along."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))


def _wait_for(desk: DeskUnderTest, kind: str, seconds: float = 30) -> dict[str, object]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        rows = desk.rows(kind)
        if rows:
            return rows[0]
        time.sleep(0.1)
    raise AssertionError(f"no {kind} after {seconds} s")


def test_mail_that_arrives_is_drafted_approved_in_the_page_and_answered(
    desk: DeskUnderTest, mail_server: MailServer
) -> None:
    with desk.running() as running, httpx2.Client(base_url=running.url, follow_redirects=True) as browser:
        mail_server.deliver("icc@northgate.example", letter())
        draft = _wait_for(desk, "drafts")
        hidden = _hidden(browser.get("/log-in").text)
        page = browser.post("/log-in", data=hidden | {"name": "kim", "password": PASSWORD})
        assert page.status_code == 200
        page = browser.get(f"/items/{draft['item']}")
        form = _hidden(page.text) | {
            "to": ", ".join(draft["to"]),  # type: ignore[arg-type]
            "cc": "",
            "subject": str(draft["subject"]),
            "body": str(draft["body"]),
        }
        answered = browser.post(f"/drafts/{draft['id']}/approve", data=form)
        assert answered.status_code == 200, answered.text
        (reply,) = wait_for_mail(mail_server, "customer")
    assert reply["In-Reply-To"] == "<first@customer.example>"
    (entry,) = desk.rows("outbox")
    assert (entry["state"], entry["approved_by"]) == ("sent", "kim")


def test_the_desk_goes_on_when_the_mail_server_was_away(desk: DeskUnderTest, mail_server: MailServer) -> None:
    with desk.running():
        mail_server.deliver("icc@northgate.example", letter())
        _wait_for(desk, "items")
        mail_server.kick("icc")
        mail_server.deliver("icc@northgate.example", letter("Second", message_id="second@customer.example"))
        deadline = time.monotonic() + 60
        while len(desk.rows("items")) < 2:
            assert time.monotonic() < deadline, desk.folder.joinpath("run.log").read_text()
            time.sleep(0.2)
