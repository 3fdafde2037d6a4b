"""The configuration of a private Dovecot: IMAP, IMAPS, LMTP and Sieve on loopback, all state below one folder."""

from __future__ import annotations

import grp
import os
import pwd
from pathlib import Path
from typing import NamedTuple

# The special folders and the capabilities that the IMAP service shows of itself; "" means all that Dovecot has.
# exchange looks like Exchange's IMAP service, minimal like an old server, without UIDPLUS, MOVE and IDLE.
_SPECIAL = {"Drafts": "\\Drafts", "Sent": "\\Sent", "Trash": "\\Trash", "Junk": "\\Junk"}
PROFILES: dict[str, tuple[dict[str, str], str]] = {
    "dovecot": (_SPECIAL, ""),
    "exchange": (
        {"Drafts": "", "Sent Items": "", "Deleted Items": "", "Junk Email": ""},
        "IMAP4 IMAP4rev1 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+",
    ),
    "minimal": ({"Drafts": ""}, "IMAP4rev1 STARTTLS AUTH=PLAIN"),
}


class Ports(NamedTuple):
    imap: int
    imaps: int
    lmtp: int


class Owner(NamedTuple):
    """Who stores the mail: Dovecot refuses to do it as root."""

    user: str
    group: str


def mail_owner() -> Owner:
    if os.geteuid() == 0:
        return Owner("nobody", "nogroup")
    return Owner(pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name)


def dovecot_conf(folder: Path, ports: Ports, profile: str) -> str:
    folders, capabilities = PROFILES[profile]
    parts = [_GENERAL, _MAILBOXES.format(mailboxes="".join(_mailbox(*each) for each in folders.items())), _SERVICES]
    if capabilities:
        parts.append(f"protocol imap {{{{\n  imap_capability = {capabilities}\n}}}}\n")
    if os.geteuid() != 0:
        parts.append(_ORDINARY_USER)
    owner = mail_owner()
    return "".join(parts).format(folder=folder, ports=ports, owner=owner)


def _mailbox(name: str, use: str) -> str:
    use_line = f"    special_use = {use}\n" if use else ""
    return f'  mailbox "{name}" {{{{\n    auto = subscribe\n{use_line}  }}}}\n'


_GENERAL = """\
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log/dovecot.log
instance_name = test-{ports.imap}
listen = 127.0.0.1
protocols = imap lmtp
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
auth_failure_delay = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:~/Maildir
mail_uid = {owner.user}
mail_gid = {owner.group}
first_valid_uid = 1
first_valid_gid = 1
mail_fsync = never
mail_max_userip_connections = 100
mailbox_idle_check_interval = 1 s
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
postmaster_address = postmaster@northgate.example
hostname = mail.northgate.example
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%Ln {folder}/users
}}
userdb {{
  driver = passwd-file
  args = username_format=%Ln {folder}/users
}}
plugin {{
  sieve = file:~/sieve;active=~/active.sieve
  sieve_extensions = +editheader
  sieve_max_redirects = 10
}}
"""

_MAILBOXES = """\
namespace inbox {{{{
  inbox = yes
  separator = /
{mailboxes}}}}}
"""

_SERVICES = """\
protocol lmtp {{
  mail_plugins = $mail_plugins sieve
}}
service imap-login {{
  process_min_avail = 1
  inet_listener imap {{
    port = {ports.imap}
  }}
  inet_listener imaps {{
    port = {ports.imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {ports.lmtp}
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
# Refused logins are part of the tests and must not slow down the ones that follow.
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""

_ORDINARY_USER = """\
default_internal_user = {owner.user}
default_internal_group = {owner.group}
default_login_user = {owner.user}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
}}
"""

# A second way in beside the passwords: access tokens, which the directory is asked about.
OAUTH = """\
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""
OAUTH_ARGUMENTS = """\
introspection_mode = post
introspection_url = {directory}/introspect
tls_ca_cert_file = {ca_file}
username_attribute = username
username_format = %Ln
active_attribute = active
active_value = true
"""
