"""NTLM as a server does it: three messages over one connection, which is logged in from then on."""

from __future__ import annotations

import base64
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import spnego
from spnego.exceptions import SpnegoError

DOMAIN = "NORTHGATE"


class NtlmLogin:
    """The log-in of one connection."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._context: spnego.ContextProxy | None = None
        self.is_done = False

    def step(self, said: str) -> str:
        """The challenge to what the client said; "" where it is logged in, or refused."""
        with _users(f"{DOMAIN}:{self._user}:{self._password}\n"):
            if self._context is None:
                self._context = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
            with contextlib.suppress(SpnegoError):
                answer = self._context.step(base64.b64decode(said))
                self.is_done = self._context.complete
                return base64.b64encode(answer).decode() if answer else ""
        self._context = None
        return ""


@contextlib.contextmanager
def _users(line: str) -> Iterator[None]:
    """Whom the library knows, for the time of one step."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users"
        path.write_text(line)
        before = os.environ.get("NTLM_USER_FILE")
        os.environ["NTLM_USER_FILE"] = str(path)
        try:
            yield
        finally:
            if before is None:
                del os.environ["NTLM_USER_FILE"]
            else:
                os.environ["NTLM_USER_FILE"] = before
