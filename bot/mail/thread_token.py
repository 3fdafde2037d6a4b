"""Our Message-IDs carry the thread and a proof that this installation wrote them."""

from __future__ import annotations

import hashlib
import hmac
import re

from bot.errors import RuleViolationError

# 80 bits: no forger can try them out by mail.
TOKEN_LENGTH = 20

_KEY = re.compile(r"[a-z0-9-]{1,64}")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,255}")
_OURS = re.compile(r"cd\.(?P<key>[a-z0-9-]{1,64})\.(?P<nonce>[a-z0-9-]{1,64})\.(?P<token>[0-9a-f]{20})@[^\s<>@]+", re.I)


def derive_secret(master: bytes, installation: str) -> bytes:
    """The signing secret of one installation: a copy or a restored backup under another id proves nothing."""
    return hmac.new(master, b"creditdesk thread token\x00" + installation.encode(), hashlib.sha256).digest()


def thread_token(secret: bytes, thread_key: str) -> str:
    return hmac.new(secret, thread_key.encode(), hashlib.sha256).hexdigest()[:TOKEN_LENGTH]


def verify(secret: bytes, thread_key: str, token: str) -> bool:
    return hmac.compare_digest(thread_token(secret, thread_key).encode(), token.lower().encode("utf-8", "replace"))


def make_message_id(secret: bytes, thread_key: str, nonce: str, domain: str) -> str:
    """A Message-ID without brackets. Key and nonce are lower-case letters, digits and hyphens."""
    if not (_KEY.fullmatch(thread_key) and _KEY.fullmatch(nonce) and _DOMAIN.fullmatch(domain)):
        raise RuleViolationError("A Message-ID is made of lower-case letters, digits and hyphens.")
    return f"cd.{thread_key}.{nonce}.{thread_token(secret, f'{thread_key}.{nonce}')}@{domain}"


def read_message_id(secret: bytes, header: str) -> str | None:
    """The thread key of a Message-ID that we made; None for anybody else's, and for a forged or foreign one."""
    found = _OURS.fullmatch(header.strip().removeprefix("<").removesuffix(">"))
    if found is None:
        return None
    key, nonce = found["key"].lower(), found["nonce"].lower()
    return key if verify(secret, f"{key}.{nonce}", found["token"]) else None
