"""`[log_in]` of bot.toml: of whom more than a password is demanded."""

from __future__ import annotations

from bot.desk.user import Role
from bot.policies.table import Table


class LogInTable(Table):
    second_factor_for: tuple[Role, ...] = ()
