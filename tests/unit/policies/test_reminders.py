"""reminders.toml: each rule has its template, each template a rule, and what is wrong is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.desk.reminder import INSIDE
from bot.desk.reply_facts import ReplyFact
from bot.desk.reply_language import WORDINGS
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
        "address": "ap@acme.example",
        "times": "2",
        "last_on": "June 1, 2026",
        "reason": "550 no such user",
    }.items()
}
VALUES = {
    "customer_name": "Acme",
    "customer_number": "C1",
    "hold_on": "June 1, 2026",
    "last_reminder_on": "May 20, 2026",
    "has_statement": True,
    "item_number": "CD-1001",
    "signature": "Credit Department, Northgate",
    "rows": (ROW,),
}


def test_every_rule_has_a_template_and_every_template_a_rule() -> None:
    files = {path.name.removesuffix(".en.txt") for path in (TEMPLATES / "reminders").glob("*.en.txt")} - {"letter"}
    assert {rule.template for rule in RULES} == files


TO_CUSTOMERS = sorted({rule.template for rule in RULES if rule.kind not in INSIDE})
LETTERS = {
    "en": ("Hello,", "Regards,"),
    "es": ("Buenos días:", "Atentamente,"),
    "fr": ("Bonjour,", "Cordialement,"),
    "de": ("Guten Tag,", "Mit freundlichen Grüßen"),
}


@pytest.mark.parametrize("language", WORDINGS)
def test_every_template_is_a_whole_letter_without_a_gap_in_the_language_of_its_reader(language: str) -> None:
    renderer, (greeting, sign_off) = JinjaRenderer([TEMPLATES]), LETTERS[language]
    templates = sorted({rule.template for rule in RULES}) if language == "en" else TO_CUSTOMERS
    for template in templates:
        assert renderer.has(f"reminders/{template}", language)
        rendered = renderer.render(f"reminders/{template}", language, VALUES)
        assert rendered.gaps == (), template
        assert rendered.body.startswith(f"{greeting}\n\n")
        assert rendered.body.endswith(f"\n\n{sign_off}\nCredit Department, Northgate")
        assert not set("{}") & set(rendered.subject + rendered.body)
        assert not re.search(r"\n\n\n|  |[ \t]\n", rendered.body), template


@pytest.mark.parametrize("language", WORDINGS)
def test_a_past_due_reminder_speaks_of_a_statement_only_where_one_goes_with_it(language: str) -> None:
    renderer = JinjaRenderer([TEMPLATES])
    for template in ("past_due_friendly", "past_due_firm", "past_due_final"):
        texts = [
            renderer.render(f"reminders/{template}", language, VALUES | {"has_statement": has}).body
            for has in (True, False)
        ]
        assert len(texts[0].split("\n\n")) == len(texts[1].split("\n\n")) + 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[desk]\ncalendar = "moon"\n', "desk.calendar: calendars.toml has no 'moon'"),
        ('[desk]\ncalendar = "desk"\nmailbox = "sales"\n', "desk.mailbox: mailboxes.toml has no 'sales'"),
        ('[desk]\ncalendar = "desk"\ntouches = 0\n', "desk.touches"),
        ('[desk]\ncalendar = "desk"\nstatement = ["docx"]\n', "desk.statement"),
        ('[desk]\ncalendar = "desk"\ninside_to = "rep@rival.example"\n', "desk.inside_to: rep@rival.example is not"),
        (
            '[desk]\ncalendar = "desk"\n[account_managers]\nDana = "dana@rival.example"\n',
            "account_managers.Dana: dana@rival.example is not inside",
        ),
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
