"""The examples that the sorter learns from: one JSON Lines file a category, in classifiers/examples."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.newest import split_newest
from classifiers.verdict import MailText

EXAMPLES = Path(__file__).parent / "examples"
BOUNCER = re.compile(r"mailer-daemon|postmaster@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Example:
    id: str
    source: str
    mail: MailText
    categories: tuple[str, ...]
    reason: str | None
    asks: str
    facts: Mapping[str, tuple[str, ...]]
    currency: str
    # Whether somebody looked at the facts: where nobody did, none is known to be there or not there.
    has_facts: bool = True
    # Why a careless reader would take it for something else; empty for most.
    trap: str = ""

    @property
    def primary(self) -> str:
        return self.categories[0]


def read_examples(folder: Path = EXAMPLES) -> list[Example]:
    """All examples in an order that depends on their names only, so that training can be repeated."""
    examples = [
        example_from(json.loads(line))
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return sorted(examples, key=lambda example: (example.source, example.id))


def example_from(row: Mapping[str, Any]) -> Example:
    newest, quoted = split_newest(row["body"])
    mail = MailText(
        subject=row["subject"],
        newest_text=newest,
        quoted_text=quoted,
        side=row["side"],
        mailbox=row["mailbox"],
        sender=row["from"],
        attachments=tuple(row["attachments"]),
        automatic=automatic_kind(row["headers"], row["from"]),
    )
    return Example(
        id=row["id"],
        source=row["source"],
        mail=mail,
        categories=tuple(row["categories"]),
        reason=row["reason"],
        asks=row["asks"] or "",
        facts={
            "invoice": tuple(row["invoices"]),
            "po": tuple(row["pos"]),
            "amount": tuple(row["amounts"]),
            "state": tuple(row["states"]),
        },
        currency=row["currency"],
        has_facts=row.get("has_facts", True),
        trap=row.get("hard") or "",
    )


def automatic_kind(headers: Mapping[str, str], sender: str) -> str | None:
    """What a caller would have read in these headers; auto-generated alone says nothing, as portals set it."""
    lowered = {name.lower(): value.lower() for name, value in headers.items()}
    if "x-failed-recipients" in lowered or lowered.get("return-path") == "<>" or BOUNCER.search(sender):
        return "bounce"
    if lowered.get("auto-submitted", "").startswith("auto-replied"):
        return "auto_reply"
    # An address to unsubscribe at proves little: portals put one under every notice.
    if "list-post" in lowered or lowered.get("precedence") == "list":
        return "list"
    return None
