"""A message that was given as properties, made into MIME."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from typing import Any


def from_json(given: dict[str, Any]) -> tuple[bytes, int | None]:
    """The bytes, and PidTagMessageFlags where they were set."""
    message = EmailMessage(policy=SMTP)
    properties = {one["id"]: one["value"] for one in given.get("singleValueExtendedProperties", [])}
    for name, people in (
        ("From", [given["from"]] if "from" in given else []),
        ("To", given["toRecipients"]),
        ("Cc", given.get("ccRecipients", [])),
    ):
        pairs = [(one["emailAddress"].get("name", ""), one["emailAddress"]["address"]) for one in people]
        if pairs:
            message[name] = ", ".join(formataddr(pair) for pair in pairs)
    message["Subject"] = given["subject"]
    message["Message-ID"] = given["internetMessageId"]
    for name, key in (("In-Reply-To", "String 0x1042"), ("References", "String 0x1039")):
        if key in properties:
            message[name] = properties[key]
    message.set_content(given["body"]["content"])
    for file in given.get("attachments", []):
        kind, _, sub = file["contentType"].partition("/")
        message.add_attachment(
            base64.b64decode(file["contentBytes"]), maintype=kind, subtype=sub, filename=file["name"]
        )
    flags = properties.get("Integer 0x0E07")
    return message.as_bytes(), int(flags) if flags is not None else None
