"""The company's own examples as the sorter learns from them, and as rows of an examples file."""

from __future__ import annotations

from typing import Any

from bot.desk.example import FACT_KINDS, OwnExample
from classifiers.examples_file import Example
from classifiers.verdict import MailText

# The source that all own examples count as: another author beside those of the shipped ones.
OWN = "own"


def training_example(own: OwnExample) -> Example:
    mail, right = own.mail, own.right
    return Example(
        id=f"{OWN}-{own.message_id}",
        source=OWN,
        mail=MailText(
            subject=mail.subject,
            newest_text=mail.newest_text,
            quoted_text=mail.quoted_text,
            side=mail.side,
            mailbox=mail.mailbox,
            sender=mail.sender,
            attachments=mail.attachments,
            automatic=mail.automatic,
        ),
        categories=right.categories,
        reason=right.reason,
        asks="",
        facts=right.facts if right.facts is not None else dict.fromkeys(FACT_KINDS, ()),
        currency=own.currency,
        has_facts=right.facts is not None,
    )


def example_row(own: OwnExample) -> dict[str, Any]:
    """One line of an examples file, as in classifiers/examples, with who corrected what and when beside it."""
    mail, facts = own.mail, own.right.facts or {}
    quoted = "".join(f"\n> {line}" for line in mail.quoted_text.splitlines())
    return {
        "id": f"{OWN}-{own.message_id}",
        "source": OWN,
        "mailbox": mail.mailbox,
        "from": mail.sender,
        "subject": mail.subject,
        "side": mail.side,
        "body": f"{mail.newest_text}\n{quoted}" if quoted else mail.newest_text,
        "attachments": list(mail.attachments),
        "headers": {},
        "categories": list(own.right.categories),
        "reason": own.right.reason,
        "invoices": list(facts.get("invoice", ())),
        "pos": list(facts.get("po", ())),
        "amounts": list(facts.get("amount", ())),
        "states": list(facts.get("state", ())),
        "currency": own.currency,
        "asks": "",
        "has_facts": own.right.facts is not None,
        "held_out": own.is_held_out,
        "said": {"category": own.said.category, "reason": own.said.reason, "model": own.said.model},
        "corrected_by": own.corrected_by,
        "corrected_at": own.corrected_at.isoformat(),
    }
