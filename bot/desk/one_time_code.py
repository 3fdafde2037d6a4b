"""The second factor: codes of six digits that change every thirty seconds (TOTP, RFC 6238), as authenticators show."""

from __future__ import annotations

import hmac
from base64 import b32decode
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
# Clocks of telephones are off by a little; a code of the step before or after is taken as well.
STEPS_OFF = (0, -1, 1)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of this step. `secret` is base32, as authenticators take it."""
    digest = hmac.digest(b32decode(secret), step.to_bytes(8, "big"), "sha1")
    # RFC 4226, 5.3: the last half byte says where the four bytes begin that count, without their sign.
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, now: datetime, taken: int) -> int | None:
    """The step whose code this is, None where it is none of now or not newer than the one `taken` last."""
    given = "".join(code.split())
    for off in STEPS_OFF:
        step = step_at(now) + off
        if hmac.compare_digest(code_at(secret, step).encode(), given.encode()):
            return step if step > taken else None
    return None


def enrolment_uri(secret: str, name: str, company: str) -> str:
    """What an authenticator reads from the picture."""
    issuer = f"Creditdesk {company}"
    return f"otpauth://totp/{quote(f'{issuer}:{name}')}?{urlencode({'secret': secret, 'issuer': issuer})}"
