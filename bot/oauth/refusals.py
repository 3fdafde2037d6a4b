"""What a directory says when it gives no token, in words that tell an operator what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.oauth.login import OAuthLogin

_CODE = re.compile(r"AADSTS(\d{5,7})")

_SIGN_IN = "somebody has to sign in again: creditdesk sign-in {name}"
_CONSENT = "the consent is missing or was withdrawn: an administrator has to grant it to the app {client_id}"
_TENANT = "the directory {tenant} is not known there: correct oauth.{name}.tenant in bot.toml"
_CLIENT = "the directory {tenant} has no app {client_id}: correct oauth.{name}.client_id or tenant in bot.toml"
_WRONG_PROOF = "the client secret is wrong: put the secret's value, not its ID, where oauth.{name} says"
_PROOF_EXPIRED = (
    "the client secret has expired: make a new one in the app registration and put it where oauth.{name} says"
)
_CERTIFICATE = "the certificate is not the one of the app registration, or has expired: upload it there, or renew it"
_DISABLED = "the app {client_id} is switched off in the directory: an administrator has to switch it on"
_USER = "the account that signed in is locked or switched off: ask an administrator, then creditdesk sign-in {name}"
_POLICY = "a policy of the directory forbids this login: an administrator has to exempt the app {client_id}"
_SERVICE = "the directory has no such service: Exchange Online is not set up there, or oauth.{name}.tenant is wrong"

# The codes that Microsoft publishes for its directory.
_OF_CODE: Mapping[str, str] = {
    "7000215": _WRONG_PROOF,
    "7000222": _PROOF_EXPIRED,
    "7000216": _WRONG_PROOF,
    "700027": _CERTIFICATE,
    "700024": "this machine's clock is wrong: the certificate's signature lies in the future or the past",
    "700016": _CLIENT,
    "90002": _TENANT,
    "900023": _TENANT,
    "7000112": _DISABLED,
    "65001": _CONSENT,
    "65004": _CONSENT,
    "500011": _SERVICE,
    "650052": _SERVICE,
    "50053": _USER,
    "50057": _USER,
    "50034": _USER,
    "50055": _SIGN_IN,
    "50076": _SIGN_IN,
    "50079": _SIGN_IN,
    "50158": _SIGN_IN,
    "50173": _SIGN_IN,
    "70000": _SIGN_IN,
    "700082": _SIGN_IN,
    "70043": _SIGN_IN,
    "53003": _POLICY,
    "530035": _POLICY,
    "7000218": "the app allows no sign-in by device code: switch on public client flows in the app registration",
}
# The words of RFC 6749 and OpenID Connect, for what has no code.
_OF_ERROR: Mapping[str, str] = {
    "invalid_client": _WRONG_PROOF,
    "unauthorized_client": _CLIENT,
    "consent_required": _CONSENT,
    "interaction_required": _SIGN_IN,
    "login_required": _SIGN_IN,
    "invalid_grant": _SIGN_IN,
    "expired_token": "nobody entered the code in time: try again with creditdesk sign-in {name}",
    "authorization_declined": "the sign-in was declined: try again with creditdesk sign-in {name}",
    "access_denied": "the sign-in was declined: try again with creditdesk sign-in {name}",
}


def told(login: OAuthLogin, answer: Mapping[str, object]) -> str:
    """One sentence of what is wrong and what to do, with the directory's code behind it."""
    error, description = str(answer.get("error", "")), str(answer.get("error_description", ""))
    codes = _CODE.findall(description)
    advice = next((_OF_CODE[code] for code in codes if code in _OF_CODE), "") or _OF_ERROR.get(error, "")
    behind = f"AADSTS{codes[0]}" if codes else error
    words = advice.format(name=login.name, client_id=login.client_id, tenant=login.tenant)
    return f"the login {login.name} is refused: {words or description[:200] or 'without a reason'} ({behind})"


def wrong_tenant(login: OAuthLogin) -> str:
    words = _TENANT.format(name=login.name, tenant=login.tenant)
    return f"the login {login.name} is refused: {words}"


def nobody_signed_in(login: OAuthLogin) -> str:
    return f"nobody has signed in for the login {login.name} yet: creditdesk sign-in {login.name}"
