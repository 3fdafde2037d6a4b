"""The configuration as each adapter needs to know it. Logins are shared, and nothing is opened before it is used."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from threading import Lock
from typing import Protocol

from bot.exchange.account import ExchangeAccount
from bot.graph.server import GraphServer
from bot.mailboxes.account import GraphAccount, ImapAccount, MaildirAccount
from bot.oauth.login import AccessTokens, OAuthLogin, Vault
from bot.policies.bot_file import Outgoing
from bot.policies.mailboxes import MailboxTable
from bot.policies.oauth import EXCHANGE_SCOPE, GRAPH_SCOPE, OAuthTable
from bot.policies.table import Tls, seconds
from bot.senders.account import ExchangeOutgoing, GraphOutgoing, SmtpAccount
from bot.settings import Settings

EXCHANGE_PATH = "/EWS/Exchange.asmx"
GRAPH_HOST = "graph.microsoft.com"
_IMAP_PORTS = {"implicit": 993, "starttls": 143, "none": 143}
_SMTP_PORTS = {"implicit": 465, "starttls": 587, "none": 587}


class Login(Protocol):
    """A login of a directory; each server gets tokens of its own."""

    def tokens(self, scope: str) -> AccessTokens: ...
    def sign_in(self, scope: str, told: Callable[[str], None]) -> str:
        """Let a person sign in on another device; `told` gets what to show them. Blocks. The name of who signed in."""
        ...


class Accounts:
    """Every account of the configuration. One for a process, so that a login asks for one token and not for ten."""

    def __init__(self, settings: Settings, vault: Vault) -> None:
        self._settings = settings
        self._vault = vault
        self._logins: dict[str, Login] = {}
        self._lock = Lock()

    def of_mailbox(self, slug: str) -> ImapAccount | MaildirAccount | GraphAccount | ExchangeAccount:
        table = self._settings.mailboxes[slug]
        if table.protocol == "exchange":
            return self._exchange(slug, table)
        if table.protocol == "maildir":
            return self._maildir(slug, table)
        if table.protocol == "graph":
            return GraphAccount(
                slug=slug,
                address=table.address,
                user=table.user or table.address,
                server=self._graph(table.oauth, table, seconds(table.timeout).total_seconds()),
                folder=table.folder,
                after_store=table.after_store,
                sent_folder=table.sent_folder or "Sent Items",
                drafts_folder=table.drafts_folder or "Drafts",
            )
        return ImapAccount(
            slug=slug,
            address=table.address,
            host=table.host or "localhost",
            user=table.user or table.address,
            password=self._settings.secrets[slug],
            port=table.port or _IMAP_PORTS[table.tls],
            tls=table.tls,
            folder=table.folder,
            ca_file=self._optional_path(table.ca_file),
            timeout=seconds(table.timeout).total_seconds(),
            after_store=table.after_store,
            sent_folder=table.sent_folder or None,
            drafts_folder=table.drafts_folder or None,
            tokens=self._tokens(table.oauth, EXCHANGE_SCOPE) if table.oauth else None,
        )

    def outgoing(self) -> object:
        """What the sender of the configured protocol takes."""
        outgoing = self._settings.outgoing
        timeout = seconds(outgoing.timeout).total_seconds()
        if outgoing.protocol == "maildir":
            return self._settings.path(outgoing.path)
        if outgoing.protocol == "exchange":
            return self._exchange_outgoing()
        if outgoing.protocol == "graph":
            first = next((table.address for table in self._settings.mailboxes.values()), "")
            server = self._graph(outgoing.oauth, outgoing, timeout)
            return GraphOutgoing(server, outgoing.user, outgoing.sender or first)
        tls = outgoing.tls or "starttls"
        return SmtpAccount(
            host=outgoing.host or "localhost",
            port=outgoing.port or _SMTP_PORTS[tls],
            tls=tls,
            user=outgoing.user,
            password=self._settings.secrets["outgoing"],
            ca_file=self._optional_path(outgoing.ca_file),
            timeout=timeout,
            tokens=self._tokens(outgoing.oauth, EXCHANGE_SCOPE) if outgoing.oauth else None,
        )

    def login(self, name: str) -> Login:
        """The login of [oauth.NAME]."""
        with self._lock:
            if name not in self._logins:
                # Imported by name: what asks a directory for tokens is slow to load, and most desks have passwords.
                login = self._of_login(name, self._settings.oauth[name])
                keys = self._settings.token_keys
                cache = import_module("bot.oauth.token_cache").TokenCache(name, keys, self._vault)
                self._logins[name] = import_module("bot.oauth.microsoft").MicrosoftLogin(login, cache)
            return self._logins[name]

    def sign_in(self, name: str, told: Callable[[str], None]) -> str:
        """Let a person sign in for [oauth.NAME]; see Login. The sign-in opens every server that uses the login."""
        tables: list[MailboxTable | Outgoing] = [*self._settings.mailboxes.values(), self._settings.outgoing]
        hosts = [table.host or GRAPH_HOST for table in tables if table.oauth == name and table.protocol == "graph"]
        # The servers get tokens of their own later; the directory wants one of them named now.
        usual = GRAPH_SCOPE.format(host=hosts[0]) if hosts else EXCHANGE_SCOPE
        return self.login(name).sign_in(self._settings.oauth[name].scope or usual, told)

    def _tokens(self, name: str, scope: str) -> AccessTokens:
        """Tokens whose login is opened at their first use."""
        return _LaterTokens(self, name, self._settings.oauth[name].scope or scope)

    def _of_login(self, name: str, table: OAuthTable) -> OAuthLogin:
        proof = self._settings.secrets[f"oauth.{name}"]
        return OAuthLogin(
            name=name,
            authority=table.authority,
            tenant=table.tenant,
            client_id=table.client_id,
            grant=table.grant,
            secret=proof if table.grant == "secret" else "",
            certificate=proof if table.grant == "certificate" else "",
            ca_file=self._optional_path(table.ca_file),
            timeout=seconds(table.timeout).total_seconds(),
        )

    def _graph(self, login: str, table: _Reached, timeout: float) -> GraphServer:
        host = table.host or GRAPH_HOST
        is_encrypted = table.tls != "none"
        port = table.port or (443 if is_encrypted else 80)
        tokens = self._tokens(login, GRAPH_SCOPE.format(host=host))
        return GraphServer(tokens, host, port, is_encrypted, self._optional_path(table.ca_file), timeout)

    def _exchange(self, slug: str, table: MailboxTable) -> ExchangeAccount:
        is_encrypted = table.tls != "none"
        port = table.port or (443 if is_encrypted else 80)
        scope = f"https://{table.host}/.default"
        return ExchangeAccount(
            slug=slug,
            address=table.address,
            url=f"{'https' if is_encrypted else 'http'}://{table.host}:{port}{table.path or EXCHANGE_PATH}",
            user=table.user or table.address,
            password=self._settings.secrets[slug],
            auth=table.auth or "oauth",
            version=table.version,
            access=table.access,
            folder=table.folder,
            ca_file=self._optional_path(table.ca_file),
            timeout=seconds(table.timeout).total_seconds(),
            after_store=table.after_store,
            sent_folder=table.sent_folder,
            drafts_folder=table.drafts_folder,
            connections=table.connections,
            tokens=self._tokens(table.oauth, scope) if table.oauth else None,
        )

    def _exchange_outgoing(self) -> ExchangeOutgoing:
        found: dict[str, ExchangeAccount] = {}
        for slug, table in self._settings.mailboxes.items():
            if table.protocol == "exchange":
                # Of two tables for one mailbox, which watch two folders, either may send.
                found.setdefault(table.address.lower(), self._exchange(slug, table))
        return ExchangeOutgoing(found)

    def _maildir(self, slug: str, table: MailboxTable) -> MaildirAccount:
        settings = self._settings
        sent = settings.path(table.sent_folder or f"{table.path}-sent")
        drafts = settings.path(table.drafts_folder or f"{table.path}-drafts")
        return MaildirAccount(slug, table.address, settings.path(table.path), sent, drafts)

    def _optional_path(self, text: str) -> str | None:
        return str(self._settings.path(text)) if text else None


class _Reached(Protocol):
    """The keys that mailboxes and [outgoing] have in common for a server."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def tls(self) -> Tls | None: ...
    @property
    def ca_file(self) -> str: ...


class _LaterTokens:
    """See AccessTokens."""

    def __init__(self, accounts: Accounts, login: str, scope: str) -> None:
        self._accounts = accounts
        self._login = login
        self._scope = scope

    def token(self) -> str:
        return self._accounts.login(self._login).tokens(self._scope).token()

    def renewed(self, refused: str) -> str:
        return self._accounts.login(self._login).tokens(self._scope).renewed(refused)
