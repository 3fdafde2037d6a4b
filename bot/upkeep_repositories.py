"""What keeps the desk itself in order: what makes an installation, the seals of the record, and the watch."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.desk.draft import Draft
from bot.desk.record_chain import Head, KeptEntry, Seal
from bot.desk.watch import BalanceCheck, Told


class Installation(Protocol):
    """What a copy of the store must do before it may go on as the desk."""

    def rename(self) -> None:
        """From now on the secret is another one."""
        ...

    def skip_numbers(self, gap: int) -> None:
        """Give out no work item's number below the next one plus `gap`."""
        ...

    def hold_unsent(self, claimed_at: datetime) -> Sequence[int]:
        """Make every entry that is not settled look as if its sender had died at `claimed_at`."""
        ...

    def open_drafts(self) -> Sequence[Draft]: ...
    def end_sessions(self) -> None: ...


class RecordSeals(Protocol):
    def lock_head(self) -> Head:
        """The end of the chain. Until the end of the transaction nobody else seals."""
        ...

    def unsealed(self, limit: int) -> Sequence[KeptEntry]:
        """Entries without a seal, oldest first."""
        ...

    def add_many(self, seals: Sequence[Seal]) -> None: ...


class Watch(Protocol):
    def save_balance(self, mailbox: str, check: BalanceCheck) -> None: ...
    def save_told(self, told: Told) -> None:
        """What is not among it any more is mended."""
        ...

    def add_canary(self, mailbox: str, message_id_header: str, now: datetime) -> None: ...
    def canary_arrived(self, message_id_header: str, now: datetime) -> bool:
        """Whether it was on its way until now."""
        ...

    def canary_altered(self, local_part: str) -> None: ...
    def forget_canaries(self, before: datetime) -> None: ...


class KeptTokens(Protocol):
    """What logins keep between two runs, under the name of the login. Sealed: nobody reads it here."""

    def load(self, login: str) -> bytes | None: ...
    def save(self, login: str, sealed: bytes, now: datetime) -> None: ...
