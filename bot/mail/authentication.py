"""What receiving servers say about a sender (RFC 8601). Only the company's own count: anybody can write one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.mail.headers import Head, as_text

MOST_RESULTS = 20
LONGEST_RESULT = 4000

# What a sender chose may stand in comments and quoted strings, so nothing in them is a result.
_COMMENT = re.compile(r"\([^()]*\)|\"[^\"]*\"")
_DMARC = re.compile(r";\s*dmarc\s*=\s*([a-z]+)", re.I)


@dataclass(frozen=True, slots=True)
class AuthenticationResult:
    """`host` is the authserv-id of the server that says so, `dmarc` its result, "" where it gives none."""

    host: str
    dmarc: str


def authentication_of(head: Head) -> tuple[AuthenticationResult, ...]:
    """In the order of the header: what was added last stands first."""
    values = head.all_raw("authentication-results")[:MOST_RESULTS]
    return tuple(_result(as_text(value[:LONGEST_RESULT])) for value in values)


def _result(text: str) -> AuthenticationResult:
    bare = _COMMENT.sub("", _COMMENT.sub("", text))
    words = bare.partition(";")[0].split()
    found = _DMARC.search(bare)
    return AuthenticationResult(words[0].lower() if words else "", found[1].lower() if found else "")


def is_unproven(results: Sequence[AuthenticationResult], own_hosts: Collection[str]) -> bool:
    """Whether our own server says that the mail is not from whom it names. Without a word of ours nothing is known.

    The first word counts: a header below it came with the mail.
    """
    said = next((one.dmarc for one in results if one.dmarc and one.host in own_hosts), "")
    return said in ("fail", "permerror")
