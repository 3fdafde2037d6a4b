"""Chooses the adapters and hands out one frozen bundle of ports. Nothing is opened before it is used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.accounts import Accounts
from bot.clock import SystemClock
from bot.desk.outbox import Way
from bot.desk.queue_names import QUEUES
from bot.desk.watch import Health, WatchRules, find_alarms
from bot.erp.invoice_copies import InvoiceCopyFolder
from bot.errors import PermanentError, SettingsError
from bot.ledger.account_statement import AccountStatement
from bot.mail.cursor import BatchLimits
from bot.mail.message import Attachment
from bot.mailboxes import PROTOCOLS
from bot.oauth.login import Vault
from bot.openid import OpenIdAccount, OpenIdProvider
from bot.parsing import ChildParser
from bot.policies.table import seconds
from bot.policies.watch import watch_rules
from bot.ports import (
    Clock,
    DraftsFolder,
    IdentityProvider,
    InvoiceCopies,
    Mailbox,
    Parser,
    Publisher,
    Renderer,
    Sender,
    SentFolder,
    Sorter,
    StatementForm,
    Statements,
)
from bot.rendering import JinjaRenderer
from bot.reports.catalog import REPORTS, make_report
from bot.reports.readers import Reader
from bot.reports.report import Report
from bot.senders import SENDERS
from bot.settings import Settings, since
from bot.sorting import ModelSorter
from bot.steps.drafting import DeskPolicy
from bot.steps.operator_mail import Operator
from bot.steps.outgoing import Letterhead
from bot.steps.poll import Policy
from bot.store.queries import Queries
from bot.store.report_facts import Asked, report_facts
from bot.store.revision import NEWEST
from bot.store.unit_of_work import SqlStore
from bot.store.watch import watch_facts
from classifiers.house import House, NumberShapes


@dataclass(frozen=True, slots=True)
class Desk:
    """The whole desk, wired. One for a process."""

    settings: Settings
    store: SqlStore
    queries: Queries
    clock: Clock
    parser: Parser
    sorter: Sorter
    renderer: Renderer
    sender: Sender
    policy: DeskPolicy
    letterhead: Letterhead
    watch_rules: WatchRules
    operator: Operator
    accounts: Accounts
    identity_provider: IdentityProvider | None = None

    def health(self) -> Health:
        """How the desk does, read from the store alone. Raises TransientError where that cannot answer."""
        now = self.clock.now()
        facts = watch_facts(self.store.engine, now)
        return Health(facts, find_alarms(facts, self.watch_rules, now))

    def report(self, name: str, reader: Reader, as_of: datetime) -> Report:
        """A report of the catalog as this reader may see it. The only way to one."""
        settings = self.settings
        asked = Asked(*REPORTS[name].spans(as_of), as_of)
        titles = QUEUES | {slug: category.title for slug, category in settings.catalog.items()}
        facts = report_facts(self.store.engine, settings.sla, asked, tuple(settings.mailboxes), titles)
        return make_report(name, facts, reader, settings.reports.managers, ZoneInfo(settings.company.time_zone))

    def reader(self, name: str) -> Reader:
        """The user of that name, with their queues; somebody whom the desk does not know sees no person's figures."""
        with self.store.look() as uow:
            user = uow.users.get(name) if name else None
        return Reader(user.name, user.queues) if user is not None and user.is_active else Reader("")

    def publisher(self) -> Publisher:
        # Imported by name: what draws and writes workbooks takes a second to load, and most processes never need it.
        kind = import_module("bot.publishing.publisher").ReportPublisher
        settings = self.settings
        made: Publisher = kind(ZoneInfo(settings.company.time_zone), settings.template_folders, settings.reports.page)
        return made

    def invoice_copies(self) -> InvoiceCopies:
        reminders = self.settings.reminders
        folder = reminders.invoice_copies if reminders is not None else ""
        return InvoiceCopyFolder(self.settings.path(folder) if folder else None)

    def open_mailbox(self, slug: str) -> Mailbox:
        """A new connection to a configured mailbox; the caller closes it."""
        table = self.settings.mailboxes[slug]
        protocol = PROTOCOLS[table.protocol]
        return protocol.mailbox(self.accounts.of_mailbox(slug), partial(_known_pointers, self.store, slug))

    def sent_folder(self, slug: str) -> SentFolder:
        table = self.settings.mailboxes[slug]
        return PROTOCOLS[table.protocol].sent_folder(self.accounts.of_mailbox(slug))

    def drafts_folder(self, slug: str) -> DraftsFolder:
        """Raises PermanentError where the protocol of the mailbox has none."""
        table = self.settings.mailboxes[slug]
        opens = PROTOCOLS[table.protocol].drafts_folder
        if opens is None:
            raise PermanentError(f"{slug}: protocol {table.protocol} has no Drafts folder")
        return opens(self.accounts.of_mailbox(slug))

    def poll_policy(self, slug: str) -> Policy:
        table = self.settings.mailboxes[slug]
        return Policy(
            since=partial(_since, table.start, self.settings.company.time_zone),
            limits=BatchLimits(table.batch_count, table.batch_bytes, table.message_bytes),
            settles=bool(table.after_store) and table.protocol != "maildir",
        )

    def close(self) -> None:
        close_parser = getattr(self.parser, "close", None)
        if close_parser is not None:
            close_parser()
        self.store.close()


class StatementsWhenNeeded:
    """See `ports.Statements`. What draws them takes a second to load, and on most days nothing is drawn."""

    def write(self, statement: AccountStatement, form: StatementForm, company: str, language: str) -> Attachment:
        publisher: Statements = import_module("bot.publishing.statements").StatementPublisher()
        return publisher.write(statement, form, company, language)


def open_store(settings: Settings) -> SqlStore:
    """The store, brought to the tables of this version."""
    store = SqlStore(settings.store_url, settings.path(settings.store.blobs))
    if store.revision() != NEWEST:
        # Imported by name: Alembic is slow to import and seldom needed.
        import_module("bot.store.migrating").migrate(store.engine)
    return store


def build(settings: Settings, *, clock: Clock | None = None) -> Desk:
    """Wire the desk. The store is migrated; mail servers are not contacted."""
    _check_ways(settings)
    clock = clock or SystemClock()
    store = open_store(settings)
    secret = store.secret()
    addresses = {slug: table.address for slug, table in settings.mailboxes.items()}
    company = settings.company
    accounts = Accounts(settings, Vault(partial(_kept_tokens, store), partial(_keep_tokens, store, clock)))
    return Desk(
        settings=settings,
        store=store,
        queries=Queries(store.engine),
        clock=clock,
        parser=ChildParser(),
        sorter=sorter(settings, store),
        renderer=JinjaRenderer(settings.template_folders),
        sender=SENDERS[settings.outgoing.protocol](accounts.outgoing()),
        policy=_desk_policy(settings, addresses, secret),
        letterhead=Letterhead(
            company=company.name,
            team=company.team,
            addresses=addresses,
            sender=settings.outgoing.sender,
            own_addresses=settings.own_addresses,
            secret=secret,
            time_zone=company.time_zone,
            own_domains=company.domains,
            second_person_above=settings.trust.second_person_above,
            in_drafts=frozenset(slug for slug, table in settings.mailboxes.items() if table.approved is Way.DRAFTS),
        ),
        watch_rules=watch_rules(
            settings.watch,
            {slug: seconds(table.poll_every) for slug, table in settings.mailboxes.items()},
            {slug: table.canary for slug, table in settings.mailboxes.items()},
        ),
        operator=Operator(
            company=company.name,
            sender=settings.outgoing.sender or next(iter(addresses.values()), ""),
            domains=company.domains,
            secret=secret,
        ),
        identity_provider=_identity_provider(settings),
        accounts=accounts,
    )


def _identity_provider(settings: Settings) -> IdentityProvider | None:
    table = settings.openid
    if not table.issuer:
        return None
    account = OpenIdAccount(
        issuer=table.issuer,
        client_id=table.client_id,
        secret=settings.secrets["openid"],
        scopes=table.scopes,
        name_claim=table.name_claim,
        groups_claim=table.groups_claim,
        timeout=seconds(table.timeout).total_seconds(),
    )
    return OpenIdProvider(account)


def _check_ways(settings: Settings) -> None:
    """Raises SettingsError where approved mail is to go where the protocol of its mailbox cannot put it."""
    mistakes = [
        f'mailboxes.toml: {slug}: approved: protocol {table.protocol} has no Drafts folder; use "send"'
        for slug, table in settings.mailboxes.items()
        if table.approved is Way.DRAFTS and PROTOCOLS[table.protocol].drafts_folder is None
    ]
    if mistakes:
        raise SettingsError("\n".join(mistakes))


def _desk_policy(settings: Settings, addresses: Mapping[str, str], secret: bytes) -> DeskPolicy:
    company = settings.company
    return DeskPolicy(
        catalog=settings.catalog,
        company=company.name,
        team=company.team,
        time_zone=company.time_zone,
        holidays=frozenset(company.holidays),
        own_domains=company.domains,
        addresses=addresses,
        own_addresses=settings.own_addresses,
        secret=secret,
        silent=frozenset(slug for slug, table in settings.mailboxes.items() if not table.drafts),
        trust=settings.trust.policy(),
        learning=settings.learning.policy(),
    )


def sorter(settings: Settings | None, store: SqlStore | None = None) -> ModelSorter:
    """The sorter alone, for commands that store nothing. With a store it follows what was promoted there."""
    if settings is None:
        return ModelSorter()
    configured = settings.path(settings.sorting.model) if settings.sorting.model else None
    chosen = partial(_chosen_model, store, settings) if store is not None else None
    return ModelSorter(configured, chosen=chosen, ask_encoder=settings.sorting.encoder, house=house_of(settings))


def house_of(settings: Settings) -> House:
    """What the configuration tells the sorter: what mistakes cost, and how the house writes its numbers."""
    costs = {slug: category.mistaken_for for slug, category in settings.catalog.items()}
    return House(costs, NumberShapes(settings.numbers.patterns()))


def _chosen_model(store: SqlStore, settings: Settings) -> Path | None:
    with store.look() as uow:
        choice = uow.models.chosen()
    return settings.path(settings.learning.models) / choice.name if choice is not None and choice.name else None


def _since(start: object, zone: str, now: datetime) -> datetime | None:
    return since(start, now, zone)


def _known_pointers(store: SqlStore, slug: str, pointers: Sequence[str]) -> set[str]:
    with store.look() as uow:
        return uow.deliveries.known_pointers(slug, pointers)


def _kept_tokens(store: SqlStore, login: str) -> bytes | None:
    with store.look() as uow:
        return uow.token_cache.load(login)


def _keep_tokens(store: SqlStore, clock: Clock, login: str, sealed: bytes) -> None:
    with store.begin() as uow:
        uow.token_cache.save(login, sealed, clock.now())
        uow.commit()
