"""config/*.toml and secrets from the environment → frozen settings. Every mistake is reported at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ValidationError

from bot.desk.calendar import Calendar
from bot.desk.category import Catalog
from bot.desk.sla import SlaPolicy
from bot.desk.triage import UNSORTED_QUEUE
from bot.errors import SettingsError
from bot.policies.bot_file import (
    BotFile,
    Company,
    EngineSettings,
    Outgoing,
    Sorting,
    StoreSettings,
    Web,
    outgoing_mistakes,
)
from bot.policies.calendars import CalendarTable, calendars
from bot.policies.categories import CategoryTable, catalog_of
from bot.policies.learning import LearningTable
from bot.policies.log_in import LogInTable
from bot.policies.mailboxes import MailboxTable, exchange_outgoing_mistakes, mailbox_mistakes
from bot.policies.numbers import NumbersTable
from bot.policies.oauth import OAuthTable, key_mistakes, oauth_mistakes
from bot.policies.openid import OpenIdTable, openid_mistakes
from bot.policies.reminders import ReminderPolicy, RemindersFile, reminder_policy
from bot.policies.reports import ReportPolicy, ReportsFile, report_policy
from bot.policies.sla import SlaFile, sla_policy
from bot.policies.table import MAIL_ADDRESS
from bot.policies.trust import TrustTable
from bot.policies.watch import WatchTable, staff_mistakes

SHIPPED = Path(__file__).parent / "defaults"
_CHECKOUT = Path(__file__).parent.parent
PASSWORD_KEYS = ("password_env", "password_file")
CACHE_KEYS = "CREDITDESK_TOKEN_KEYS"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that people configured. `folder` is where relative paths of the configuration start."""

    folder: Path
    company: Company
    store: StoreSettings
    outgoing: Outgoing
    web: Web
    engine: EngineSettings
    watch: WatchTable
    sorting: Sorting
    numbers: NumbersTable
    trust: TrustTable
    learning: LearningTable
    log_in: LogInTable
    oauth: Mapping[str, OAuthTable]
    openid: OpenIdTable
    mailboxes: Mapping[str, MailboxTable]
    catalog: Catalog
    calendars: Mapping[str, Calendar]
    sla: SlaPolicy
    reminders: ReminderPolicy | None
    reports: ReportPolicy
    template_folders: tuple[Path, ...]
    ledger_file: Path
    secrets: Mapping[str, str] = field(repr=False)
    # Under which kept tokens are encrypted, the newest first.
    token_keys: tuple[str, ...] = field(repr=False, default=())

    @property
    def own_addresses(self) -> frozenset[str]:
        own = {table.address.lower() for table in self.mailboxes.values()}
        return frozenset(own | ({self.outgoing.sender.lower()} - {""}))

    @property
    def queues(self) -> tuple[str, ...]:
        """In which work can lie."""
        return _queues(self.catalog)

    def path(self, text: str) -> Path:
        """A path of the configuration: relative ones start at its folder."""
        return self.folder / Path(text).expanduser()

    @property
    def store_url(self) -> str:
        prefix = "sqlite:///"
        if self.store.url.startswith(prefix) and not self.store.url.startswith(prefix + "/"):
            return prefix + str(self.path(self.store.url.removeprefix(prefix)).absolute())
        return self.store.url


def since(start: object, now: datetime, zone: str) -> datetime | None:
    """The set point behind `start`: None for all, the present for now, midnight of a date in the company's zone."""
    if start == "all":
        return None
    if isinstance(start, datetime):
        return start if start.tzinfo else start.replace(tzinfo=ZoneInfo(zone))
    if isinstance(start, date):
        return datetime(start.year, start.month, start.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return now


def shipped(kind: str) -> Path:
    """The folder of defaults (config or templates) in an installed package, or beside it in a checkout."""
    installed = SHIPPED / kind
    return installed if installed.is_dir() else _CHECKOUT / kind


def config_folder(given: str | None) -> Path:
    """The folder that --config or CREDITDESK_CONFIG names, else ./config where there is one, else the shipped one."""
    named = given or os.environ.get("CREDITDESK_CONFIG")
    if named:
        return Path(named)
    here = Path("config")
    return here if (here / "bot.toml").is_file() else shipped("config")


def load(folder: Path, environment: Mapping[str, str] | None = None, *, needs_secrets: bool = True) -> Settings:
    """Read everything once. Raises SettingsError that lists every mistake with file and key.

    A command that opens no mailbox `needs_secrets` not, and then their absence is no mistake.
    """
    mistakes: list[str] = []
    environ = os.environ if environment is None else environment
    _require_folder(folder)
    bot = _read(BotFile, folder, "bot.toml", mistakes)
    mailboxes = _read_tables(MailboxTable, folder, "mailboxes.toml", mistakes)
    hours = calendars(_read_tables(CalendarTable, folder, "calendars.toml", mistakes), mistakes)
    catalog = catalog_of(_read_tables(CategoryTable, folder, "categories.toml", mistakes), mistakes)
    sla = sla_policy(_read(SlaFile, folder, "sla.toml", mistakes) or SlaFile(), hours, catalog, mistakes)
    domains = bot.company.domains if bot is not None else ()
    reminding = _read(RemindersFile, folder, "reminders.toml", mistakes)
    reminders = reminder_policy(reminding, hours, mailboxes, domains, mistakes)
    reports = _reports(folder, domains, mailboxes, sla.manager, mistakes)
    keys = tuple(key.strip() for key in environ.get(CACHE_KEYS, "").split(",") if key.strip())
    missing = mistakes if needs_secrets else []
    if bot is not None:
        mistakes += _outside_rules(bot, mailboxes, _queues(catalog))
        missing += key_mistakes(keys, bot.oauth)
    secrets = {one.name: _secret(one, folder, environ, missing) for one in _wanted(bot, mailboxes)}
    if mistakes or bot is None:
        raise SettingsError("\n".join(mistakes))
    # Each table of bot.toml keeps its name.
    tables = {name: getattr(bot, name) for name in BotFile.model_fields}
    return Settings(
        folder=folder,
        **tables,
        mailboxes=mailboxes,
        catalog=catalog,
        calendars=hours,
        sla=sla,
        reminders=reminders,
        reports=reports,
        template_folders=_template_folders(folder),
        ledger_file=_file(folder, "ledger.toml"),
        secrets=secrets,
        token_keys=keys,
    )


def _queues(catalog: Catalog) -> tuple[str, ...]:
    return tuple(sorted({category.queue for category in catalog.values()} | {UNSORTED_QUEUE}))


def _require_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise SettingsError(
            f"there is no configuration folder {folder}; make one with: creditdesk init {folder.parent}"
        )


def _reports(
    folder: Path, domains: Sequence[str], mailboxes: Mapping[str, MailboxTable], manager: str, mistakes: list[str]
) -> ReportPolicy:
    own = frozenset(table.address.lower() for table in mailboxes.values())
    file = _read(ReportsFile, folder, "reports.toml", mistakes)
    return report_policy(file, manager, domains, own, mistakes)


def _template_folders(folder: Path) -> tuple[Path, ...]:
    """Edited templates lie beside the configuration or in it."""
    found = [folder.parent / "templates", folder / "templates", shipped("templates")]
    return tuple(dict.fromkeys(path for path in found if path.is_dir()))


def _file(folder: Path, name: str) -> Path:
    own = folder / name
    return own if own.is_file() else shipped("config") / name


def _toml(folder: Path, name: str, mistakes: list[str]) -> dict[str, Any]:
    try:
        return tomllib.loads(_file(folder, name).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{name}: {error}")
    except OSError as error:
        mistakes.append(f"{name}: cannot be read: {error.strerror}")
    return {}


_Model = TypeVar("_Model", bound=BaseModel)


def _read(model: type[_Model], folder: Path, name: str, mistakes: list[str]) -> _Model | None:
    before = len(mistakes)
    values = _toml(folder, name, mistakes)
    return _checked(model, values, name, mistakes) if len(mistakes) == before else None


def _read_tables(model: type[_Model], folder: Path, name: str, mistakes: list[str]) -> dict[str, _Model]:
    tables: dict[str, _Model] = {}
    for slug, values in _toml(folder, name, mistakes).items():
        table = _checked(model, values, f"{name}: {slug}", mistakes)
        if table is not None:
            tables[slug] = table
    return tables


def _checked(model: type[_Model], values: object, where: str, mistakes: list[str]) -> _Model | None:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        for found in error.errors():
            key = ".".join(str(part) for part in found["loc"])
            said = "there is no such key" if found["type"] == "extra_forbidden" else found["msg"]
            mistakes.append(f"{where}: {key}: {said.removeprefix('Value error, ')}")
        return None


class _Wanted(NamedTuple):
    """A secret that the configuration names: `where` it does so, and by which keys."""

    name: str
    where: str
    keys: tuple[str, str]
    variable: str
    file: str


def _wanted(bot: BotFile | None, mailboxes: Mapping[str, MailboxTable]) -> list[_Wanted]:
    of_mailboxes = [_of_mailbox(slug, table) for slug, table in mailboxes.items()]
    if bot is None:
        return of_mailboxes
    logins = [_of_login(name, table) for name, table in bot.oauth.items()]
    return [*of_mailboxes, _of_outgoing(bot.outgoing), *logins, _of_openid(bot.openid)]


def _of_mailbox(slug: str, table: MailboxTable) -> _Wanted:
    return _Wanted(slug, f"mailboxes.toml: {slug}", PASSWORD_KEYS, table.password_env, table.password_file)


def _of_openid(table: OpenIdTable) -> _Wanted:
    keys = ("secret_env", "secret_file")
    return _Wanted("openid", "bot.toml: openid", keys, table.secret_env, table.secret_file)


def _of_outgoing(table: Outgoing) -> _Wanted:
    return _Wanted("outgoing", "bot.toml: outgoing", PASSWORD_KEYS, table.password_env, table.password_file)


def _of_login(name: str, table: OAuthTable) -> _Wanted:
    if table.grant == "certificate":
        return _Wanted(f"oauth.{name}", f"bot.toml: oauth.{name}", ("", "certificate_file"), "", table.certificate_file)
    keys = ("secret_env", "secret_file")
    return _Wanted(f"oauth.{name}", f"bot.toml: oauth.{name}", keys, table.secret_env, table.secret_file)


def _secret(wanted: _Wanted, folder: Path, environ: Mapping[str, str], mistakes: list[str]) -> str:
    if wanted.variable:
        if wanted.variable not in environ:
            mistakes.append(f"{wanted.where}: {wanted.keys[0]}: the environment has no {wanted.variable}")
        return environ.get(wanted.variable, "")
    if wanted.file:
        try:
            return (folder / wanted.file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            mistakes.append(f"{wanted.where}: {wanted.keys[1]}: {wanted.file} cannot be read: {why}")
    return ""


def _outside_rules(bot: BotFile, mailboxes: Mapping[str, MailboxTable], queues: Sequence[str]) -> Sequence[str]:
    """Rules that one table alone cannot check."""
    found: list[str] = []
    addresses: dict[str, str] = {}
    for slug, table in mailboxes.items():
        found += [f"mailboxes.toml: {slug}: {mistake}" for mistake in mailbox_mistakes(table, bot.company.domains)]
        first = addresses.setdefault(f"{table.address.lower()}/{table.folder}", slug)
        if first != slug:
            found.append(f"mailboxes.toml: {slug}: address: {first} already watches {table.folder} of {table.address}")
    own = frozenset(table.address.lower() for table in mailboxes.values())
    found += [f"bot.toml: watch.mail_to: {mistake}" for mistake in staff_mistakes(bot.watch, bot.company.domains, own)]
    if bot.outgoing.sender and not MAIL_ADDRESS.fullmatch(bot.outgoing.sender):
        found.append(f"bot.toml: outgoing.from: {bot.outgoing.sender!r} is no mail address; give it without a name")
    found += [f"bot.toml: outgoing.{mistake}" for mistake in outgoing_mistakes(bot.outgoing)]
    if bot.outgoing.protocol == "exchange":
        found += exchange_outgoing_mistakes(bot.outgoing.sender, mailboxes)
    for name, login in bot.oauth.items():
        found += [f"bot.toml: oauth.{name}.{mistake}" for mistake in oauth_mistakes(login)]
    found += [f"bot.toml: openid.{mistake}" for mistake in openid_mistakes(bot.openid, queues)]
    named = {f"mailboxes.toml: {slug}: oauth": table.oauth for slug, table in mailboxes.items()}
    named["bot.toml: outgoing.oauth"] = bot.outgoing.oauth
    found += [
        f"{where}: bot.toml has no table [oauth.{name}]"
        for where, name in named.items()
        if name and name not in bot.oauth
    ]
    return found
