"""bot.toml: the desk as a whole, table by table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from bot.policies.learning import LearningTable
from bot.policies.log_in import LogInTable
from bot.policies.numbers import NumbersTable
from bot.policies.oauth import OAuthTable
from bot.policies.openid import OpenIdTable
from bot.policies.table import Duration, Table, Tls, ZoneName, is_this_machine
from bot.policies.trust import TrustTable
from bot.policies.watch import WatchTable


def _network(value: str) -> str:
    try:
        ip_network(value)
    except ValueError:
        raise ValueError(f"{value!r} is no address or network such as 10.0.0.0/8") from None
    return value


Network = Annotated[str, AfterValidator(_network)]


class Company(Table):
    name: str
    domains: tuple[str, ...]
    time_zone: ZoneName = "America/New_York"
    team: str = "Credit Department"
    # Days on which nobody answers, beside the weekends: no reply promises them.
    holidays: tuple[date, ...] = ()


class StoreSettings(Table):
    url: str = "sqlite:///creditdesk.sqlite3"
    blobs: str = "blobs"


class Outgoing(Table):
    protocol: Literal["smtp", "maildir", "exchange", "graph"] = "smtp"
    # Empty or 0: what is usual for the protocol.
    host: str = ""
    port: int = 0
    tls: Tls | None = None
    user: str = ""
    password_env: str = ""
    password_file: str = ""
    oauth: str = ""
    ca_file: str = ""
    sender: str = Field(default="", alias="from")
    path: str = ""
    timeout: Duration = "60s"


def outgoing_mistakes(table: Outgoing) -> Iterator[str]:
    """What one key alone does not show."""
    if table.protocol == "maildir" and not table.path:
        yield "path: sending into Maildirs needs the path of a folder"
    if table.protocol == "graph" and not table.oauth:
        yield "oauth: sending through Graph needs a login; name a table [oauth.NAME]"
    if table.protocol == "graph" and table.tls == "none" and not is_this_machine(table.host):
        yield "tls: Graph is reached without TLS only on this machine itself"
    if table.protocol == "smtp" and table.oauth and not table.user:
        yield "user: a login by OAuth needs the name of the mailbox that sends"
    if table.oauth and (table.password_env or table.password_file):
        yield "oauth: there is a password as well; one of the two is enough"


class Web(Table):
    host: str = "127.0.0.1"
    port: int = 8080
    # Behind TLS, by a proxy: then the session cookie travels nowhere else.
    secure_cookie: bool = False
    session_hours: int = Field(default=12, ge=1)
    # A log-in that nobody uses ends sooner.
    unused_minutes: int = Field(default=240, ge=5)
    # Who may read /metrics, which needs no log-in: addresses and networks.
    metrics_from: tuple[Network, ...] = ("127.0.0.0/8", "::1")


class EngineSettings(Table):
    send_every: Duration = "5s"
    sweep_every: Duration = "30s"


class Sorting(Table):
    model: str = ""
    encoder: bool = True


class BotFile(Table):
    company: Company
    store: StoreSettings = StoreSettings()
    outgoing: Outgoing = Outgoing()
    web: Web = Web()
    engine: EngineSettings = EngineSettings()
    watch: WatchTable = WatchTable()
    sorting: Sorting = Sorting()
    numbers: NumbersTable = NumbersTable()
    trust: TrustTable = TrustTable()
    learning: LearningTable = LearningTable()
    log_in: LogInTable = LogInTable()
    openid: OpenIdTable = OpenIdTable()
    oauth: dict[str, OAuthTable] = Field(default_factory=dict)
