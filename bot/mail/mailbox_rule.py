"""The rule that an administrator gives a mail server, so that it brings the desk its mail: text in three languages."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.errors import RuleViolationError

# Set by one rule of the whole company, and looked for by the rule of one mailbox.
ROUTE_HEADER = "X-Creditdesk-Route"


@dataclass(frozen=True, slots=True)
class Routing:
    """What a rule is about: mail for one of `addresses` is to come into `folder` of the mailbox `mailbox`.

    `name` is the mailbox's name in mailboxes.toml; `source` is the mailbox that the mail comes into now, where it is
    another one.
    """

    name: str
    mailbox: str
    addresses: tuple[str, ...]
    folder: str
    source: str = ""

    @property
    def has_folder(self) -> bool:
        return self.folder.casefold() != "inbox"

    @property
    def plus_address(self) -> str:
        local, _, domain = self.mailbox.rpartition("@")
        return f"{local}+{self.name}@{domain}"


def rule_text(language: str, way: str, routing: Routing) -> str:
    """The text to paste. Raises RuleViolationError where this way needs something that is not there."""
    if way == "redirect" and not routing.source:
        raise RuleViolationError("say from which mailbox the mail is to come: --from ADDRESS")
    if way != "redirect" and not routing.has_folder:
        raise RuleViolationError(
            f"{routing.name} watches the Inbox, into which its mail comes without a rule; name another folder in "
            "mailboxes.toml, or use --by redirect"
        )
    return _TEXTS[language, way](routing).strip() + "\n"


def _sieve_folder(routing: Routing) -> str:
    return f"""
# Files mail for {", ".join(routing.addresses)} into the folder that Creditdesk watches.
require ["fileinto", "mailbox"];
if address :is ["to", "cc"] [{_list(_sieve, routing.addresses)}] {{
    fileinto :create {_sieve(routing.folder)};
    stop;
}}
"""


def _sieve_redirect(routing: Routing) -> str:
    return f"""
# In the mailbox {routing.source}: passes mail on to Creditdesk unchanged, and keeps a copy here.
require ["copy"];
if address :is ["to", "cc"] {_sieve(routing.source)} {{
    redirect :copy {_sieve(routing.mailbox)};
}}
"""


def _sieve_plus(routing: Routing) -> str:
    return f"""
# Files what comes to {routing.plus_address} into the folder that Creditdesk watches.
require ["fileinto", "mailbox", "envelope", "subaddress"];
if envelope :detail :is "to" {_sieve(routing.name)} {{
    fileinto :create {_sieve(routing.folder)};
    stop;
}}
"""


def _sieve_header(routing: Routing) -> str:
    return f"""
# Files what carries {ROUTE_HEADER}: {routing.name} into the folder that Creditdesk watches.
# A rule of the mail server sets that header, and must remove it from what comes in from outside.
require ["fileinto", "mailbox"];
if header :is "{ROUTE_HEADER}" {_sieve(routing.name)} {{
    fileinto :create {_sieve(routing.folder)};
    stop;
}}
"""


def _exchange_folder(routing: Routing) -> str:
    return f"""
# An Inbox rule of {routing.mailbox}. The folder must be there.
New-InboxRule -Mailbox {_powershell(routing.mailbox)} -Name {_powershell(f"Creditdesk {routing.name}")} `
    -RecipientAddressContainsWords {_list(_powershell, routing.addresses)} `
    -MoveToFolder {_powershell(f"{routing.mailbox}:{_windows(routing.folder)}")} -StopProcessingRules $true
"""


def _exchange_redirect(routing: Routing) -> str:
    name = _powershell(f"Creditdesk {routing.name}")
    return f"""
# One of the two. First: an Inbox rule of {routing.source}, which redirects and keeps a copy there.
New-InboxRule -Mailbox {_powershell(routing.source)} -Name {name} `
    -SentTo {_powershell(routing.source)} -RedirectTo {_powershell(routing.mailbox)}

# Second: a transport rule, which nobody can switch off in Outlook. The desk becomes a hidden recipient.
New-TransportRule -Name {name} -SentTo {_powershell(routing.source)} -BlindCopyTo {_powershell(routing.mailbox)}
"""


def _exchange_plus(routing: Routing) -> str:
    return f"""
# Needs plus addresses, which Exchange Online has by default:
#   Set-OrganizationConfig -DisablePlusAddressInRecipients $false
New-InboxRule -Mailbox {_powershell(routing.mailbox)} -Name {_powershell(f"Creditdesk {routing.name}")} `
    -HeaderContainsWords {_powershell(routing.plus_address)} `
    -MoveToFolder {_powershell(f"{routing.mailbox}:{_windows(routing.folder)}")} -StopProcessingRules $true
"""


def _exchange_header(routing: Routing) -> str:
    name = _powershell(f"Creditdesk {routing.name}")
    return f"""
# What comes from outside may not carry the header already.
New-TransportRule -Name {_powershell(f"Creditdesk {routing.name}: no header from outside")} -Priority 0 `
    -FromScope NotInOrganization -RemoveHeader {ROUTE_HEADER}

# Mail for these addresses gets it ...
New-TransportRule -Name {name} -AnyOfToCcHeader {_list(_powershell, routing.addresses)} `
    -SetHeaderName {ROUTE_HEADER} -SetHeaderValue {_powershell(routing.name)}

# ... and an Inbox rule of {routing.mailbox} files by it. The folder must be there.
New-InboxRule -Mailbox {_powershell(routing.mailbox)} -Name {name} `
    -HeaderContainsWords {_powershell(f"{ROUTE_HEADER}: {routing.name}")} `
    -MoveToFolder {_powershell(f"{routing.mailbox}:{_windows(routing.folder)}")} -StopProcessingRules $true
"""


def _outlook(condition: str, action: str, routing: Routing) -> str:
    last = "Stop processing more rules: yes" if action.startswith("move") else "Leave the copy where it is"
    return f"""
In Outlook, with the mailbox {routing.source or routing.mailbox} open: Settings > Mail > Rules > Add new rule

  Name        Creditdesk {routing.name}
  Condition   {condition}
  Action      {action}
  {last}

Save it. It has to run on the server: a rule that Outlook marks "client only" works while Outlook is open, no longer.
"""


def _outlook_folder(routing: Routing) -> str:
    condition = f"recipient address includes {' or '.join(routing.addresses)}"
    return _outlook(condition, f"move to the folder {routing.folder}", routing)


def _outlook_redirect(routing: Routing) -> str:
    condition = f"recipient address includes {routing.source}"
    return _outlook(condition, f"redirect to {routing.mailbox} (not: forward)", routing)


def _outlook_plus(routing: Routing) -> str:
    condition = f"recipient address includes {routing.plus_address}"
    return _outlook(condition, f"move to the folder {routing.folder}", routing)


def _outlook_header(routing: Routing) -> str:
    condition = f'message header includes "{ROUTE_HEADER}: {routing.name}"'
    return _outlook(condition, f"move to the folder {routing.folder}", routing)


_TEXTS: dict[tuple[str, str], Callable[[Routing], str]] = {
    ("sieve", "folder"): _sieve_folder,
    ("sieve", "redirect"): _sieve_redirect,
    ("sieve", "plus"): _sieve_plus,
    ("sieve", "header"): _sieve_header,
    ("exchange", "folder"): _exchange_folder,
    ("exchange", "redirect"): _exchange_redirect,
    ("exchange", "plus"): _exchange_plus,
    ("exchange", "header"): _exchange_header,
    ("outlook", "folder"): _outlook_folder,
    ("outlook", "redirect"): _outlook_redirect,
    ("outlook", "plus"): _outlook_plus,
    ("outlook", "header"): _outlook_header,
}
LANGUAGES = tuple(dict.fromkeys(language for language, _ in _TEXTS))
WAYS = tuple(dict.fromkeys(way for _, way in _TEXTS))


def canary_hint(canary: str, routing: Routing) -> str:
    """What to set, or to expect, so that the rule proves itself every hour."""
    if canary:
        text = f"The canary goes to {canary} every hour: creditdesk check tells where the rule stops bringing it."
    else:
        address = routing.source or routing.addresses[0]
        text = (
            f'Then set canary = "{address}" for {routing.name} in mailboxes.toml: the desk writes there every hour '
            "and tells where the rule stops bringing it, or changes it."
        )
    return textwrap.fill(text, 100)


def _sieve(text: str) -> str:
    """RFC 5228 2.4.2: a quoted string."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _powershell(text: str) -> str:
    """In single quotes nothing is evaluated; PowerShell takes typographic ones for the same."""
    for quote in "'\u2018\u2019\u201a\u201b":
        text = text.replace(quote, quote * 2)
    return f"'{text}'"


def _list(quoted: Callable[[str], str], texts: Sequence[str]) -> str:
    return ", ".join(quoted(text) for text in texts)


def _windows(folder: str) -> str:
    return "\\" + folder.replace("/", "\\")
