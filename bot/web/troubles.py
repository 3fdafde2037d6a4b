"""What the page says of a mailbox that cannot be read, and of mending it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk.mailbox_trouble import Trouble

# By kind: what stands in the way, and what to do about it.
TROUBLES: Mapping[Trouble, tuple[str, str]] = {
    Trouble.LOG_IN_REFUSED: (
        "The mail server refuses the log-in.",
        "The password was changed or has expired, or the account is locked. Put the new one where mailboxes.toml says, "
        "and start the desk anew.",
    ),
    Trouble.FOLDER_MISSING: (
        "The folder is not there.",
        "It was renamed or deleted. Name the right one in mailboxes.toml, or make the folder again.",
    ),
    Trouble.NAME_UNKNOWN: (
        "The name of the mail server is not known.",
        "Look for a slip in its name in mailboxes.toml, and whether this machine reaches its name server.",
    ),
    Trouble.REFUSED: (
        "The mail server answers, but not on this port.",
        "Its mail service is down, or the port in mailboxes.toml is wrong.",
    ),
    Trouble.SILENT: (
        "The mail server does not answer.",
        "It is down or overloaded, or a firewall keeps this machine from it. The desk tries again by itself.",
    ),
    Trouble.CERTIFICATE: (
        "The mail server cannot prove who it is.",
        "Its certificate has expired or is for another name. Where your company signs its own, name its file as "
        "ca_file.",
    ),
    Trouble.ENCRYPTION: (
        "The encrypted connection fails.",
        "Mostly the port and tls in mailboxes.toml do not belong together: 993 with implicit, 143 with starttls.",
    ),
    Trouble.UNREACHABLE: (
        "The mailbox cannot be reached.",
        "The desk tries again by itself. Where it lasts, whoever runs the mail server can tell from the words below.",
    ),
    Trouble.OTHER: (
        "Something else stands in the way.",
        "No mail is lost: it stays on the server until it is read. Look at the page Health, and into the desk's log.",
    ),
}
