"""MIME as a server makes it of what it keeps as an item: the same message, and never the same bytes twice."""

from __future__ import annotations

import email
import email.policy
import itertools
from email.message import EmailMessage

_counts = itertools.count(1)
_OF_THE_BODY = ("content-", "mime-version", "received")


def rebuilt(raw: bytes) -> bytes:
    """Other order of headers, other way marks, other encodings, other boundaries; what a reader sees stays."""
    was = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(was, EmailMessage)
    made, count = EmailMessage(policy=email.policy.SMTP), next(_counts)
    made["Received"] = f"from mbx{count:02d}.northgate.example by mbx01.northgate.example with mapi id 15.1.{count}"
    for name, value in reversed(was.items()):
        if not name.lower().startswith(_OF_THE_BODY):
            made[name] = str(value)
    made["X-MS-Exchange-Organization-SCL"] = "-1"
    body = was.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    made.set_content(text, cte="base64" if count % 2 else "quoted-printable")
    for part in was.iter_attachments():
        content, kind = part.get_payload(decode=True), part.get_content_type().split("/")
        assert isinstance(content, bytes)
        made.add_attachment(content, *kind, filename=part.get_filename())
    if made.is_multipart():
        made.set_boundary(f"_{count:03d}_northgate_")
    return made.as_bytes()
