"""reminders.toml: each rule has its template, each template a rule, and what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.desk.reply_facts import ReplyFact
from bot.errors import SettingsError
from bot.rendering import JinjaRenderer
from bot.settings import load, shipped

SETTINGS = load(shipped("config"), {}, needs_secrets=False)
TEMPLATES = shipped("templates")
RULES = SETTINGS.reminders.rules if SETTINGS.reminders else ()
ROW = {
    name: ReplyFact(f"invoice_{name}", text, "ledger:invoice:INV-1")
    for name, text in {
        "number": "INV-1",
        "balance": "$12.00",
        "due_on": "May 1, 2026",
        "state": "TX",
        "expires_on": "June 1, 2026",
    }.items()
}
VALUES = {
    "customer_name": "Acme",
    "item_number": "CD-1001",
    "signature": "Credit Department, Northgate",
    "rows": (ROW,),
}


def test_every_rule_has_a_template_and_every_template_a_rule() -> None:
    files = {path.name.removesuffix(".en.txt") for path in (TEMPLATES / "reminders").glob("*.txt")} - {"letter"}
    assert {rule.template for rule in RULES} == files


@pytest.mark.parametrize("template", sorted({rule.template for rule in RULES}))
def test_every_template_is_a_whole_letter_without_a_gap(template: str) -> None:
    rendered = JinjaRenderer([TEMPLATES]).render(f"reminders/{template}", "en", VALUES)
    assert rendered.gaps == ()
    assert rendered.body.startswith("Hello,\n\n")
    assert rendered.body.endswith("\n\nRegards,\nCredit Department, Northgate")
    assert "{" not in rendered.subject + rendered.body


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[desk]\ncalendar = "moon"\n', "desk.calendar: calendars.toml has no 'moon'"),
        ('[desk]\ncalendar = "desk"\nmailbox = "sales"\n', "desk.mailbox: mailboxes.toml has no 'sales'"),
        ('[desk]\ncalendar = "desk"\ntouches = 0\n', "desk.touches"),
        ('[desk]\ncalendar = "desk"\n[reminder.x]\nkind = "birthday"\ntemplate = "x"\n', "reminder.x.kind"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "bot.toml").write_text('[company]\nname = "Acme"\ndomains = ["acme.example"]\n')
    (tmp_path / "mailboxes.toml").write_text("")
    (tmp_path / "reminders.toml").write_text(text)
    with pytest.raises(SettingsError, match=r"reminders.toml: ") as caught:
        load(tmp_path, {})
    assert told in str(caught.value)
