"""The provider as the tests see it: people at it, and the desk registered with it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx2

from tests.mailserver.server import free_port

PATIENCE = 30.0


@dataclass(frozen=True)
class Provider:
    issuer: str

    def register(self, *redirect_uris: str) -> tuple[str, str]:
        """Client id and secret of the desk that is reached at these addresses."""
        answer = httpx2.post(f"{self.issuer}/oauth2/clients", json={"redirect_uris": list(redirect_uris)})
        told = answer.json()
        return told["client_id"], told["client_secret"]

    def put(self, subject: str, **claims: object) -> None:
        assert httpx2.put(f"{self.issuer}/users/{subject}", json=claims).status_code == 204

    def person(self, subject: str, groups: Sequence[str] = ("credit",), **changes: object) -> None:
        """Somebody with a verified address, called as the subject is."""
        email = f"{subject}@northgate.example"
        claims = {"preferred_username": subject, "email": email, "email_verified": True, "groups": list(groups)}
        self.put(subject, **(claims | changes))

    def consent(self, url: str, subject: str) -> str:
        """Log in there as this person; the address to which the provider sends the browser back."""
        answer = httpx2.post(url, data={"sub": subject})
        assert answer.status_code == 302, answer.text
        return str(answer.headers["location"])


@contextmanager
def running_provider() -> Iterator[Provider]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.openid.server", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    provider = Provider(f"http://127.0.0.1:{port}")
    try:
        _wait_for(provider, process)
        yield provider
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(provider: Provider, process: subprocess.Popen[bytes]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        assert process.poll() is None, "the provider did not start"
        try:
            httpx2.get(f"{provider.issuer}/.well-known/openid-configuration")
        except httpx2.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider did not answer")
