"""What is kept of tokens between two runs: encrypted, with a key that never lies where the cache lies."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import LoginRefusedError
from bot.oauth.login import Vault


class TokenCache:
    """The cache of one login. The first key seals, each of them opens: so a key is changed without a new sign-in.

    Without keys nothing is kept, and each process asks for tokens of its own.
    """

    def __init__(self, name: str, keys: Sequence[str], vault: Vault) -> None:
        self.name = name
        self._vault = vault
        try:
            self._newest = Fernet(keys[0]) if keys else None
            self._keys = MultiFernet([Fernet(key) for key in keys]) if keys else None
        except ValueError:
            raise LoginRefusedError(
                "CREDITDESK_TOKEN_KEYS holds something that is no key; make one with: creditdesk sign-in --new-key"
            ) from None

    @property
    def keeps(self) -> bool:
        return self._keys is not None

    def load(self) -> str:
        """What was saved last, "" where there is nothing. What an old key sealed is sealed anew.

        Raises LoginRefusedError where none of the keys opens it.
        """
        sealed = self._vault.load(self.name) if self._keys is not None else None
        if sealed is None or self._keys is None or self._newest is None:
            return ""
        try:
            text = self._keys.decrypt(sealed).decode()
        except InvalidToken:
            raise LoginRefusedError(
                f"none of the keys in CREDITDESK_TOKEN_KEYS opens the kept login {self.name}: add the key that it was "
                f"kept under, or sign in again with creditdesk sign-in {self.name}"
            ) from None
        if not _opens(self._newest, sealed):
            self.save(text)
        return text

    def save(self, text: str) -> None:
        if self._newest is not None:
            self._vault.save(self.name, self._newest.encrypt(text.encode()))


def _opens(key: Fernet, sealed: bytes) -> bool:
    try:
        key.decrypt(sealed)
    except InvalidToken:
        return False
    return True
