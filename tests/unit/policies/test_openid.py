"""Mistakes in `[openid]`, and what a table that has none lets in."""

from __future__ import annotations

import pytest

from bot.desk.openid import Admission, Admitted, Claims, admit
from bot.desk.user import Role
from bot.errors import NotAllowedError
from bot.policies.openid import OpenIdTable, openid_mistakes

GOOD = {
    "issuer": "https://id.northgate.example",
    "client_id": "desk",
    "secret_env": "SECRET",
    "roles": {"credit": "approver"},
    "queues": {"credit": ["icc"]},
}


def make_claims(*groups: str) -> Claims:
    return Claims(
        issuer="https://id.northgate.example",
        subject="17",
        name="kim",
        email="kim@northgate.example",
        is_email_verified=True,
        groups=frozenset(groups),
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, []),
        ({"issuer": ""}, []),
        ({"issuer": "", "passwords": False}, ["passwords: without an issuer nobody could log in"]),
        ({"issuer": "http://id.example"}, ["issuer: 'http://id.example' is no https address"]),
        ({"issuer": "http://127.0.0.1:9400"}, []),
        ({"client_id": ""}, ["client_id: the provider gave the desk one"]),
        ({"secret_env": ""}, ["secret_env: name the variable (or secret_file) of the client secret"]),
        ({"roles": {}}, ['roles: name groups and their roles, or say everyone = "reviewer"']),
        ({"scopes": ["email"]}, ["scopes: openid must be among them"]),
        ({"queues": {"credit": ["iccc"]}}, ["queues.credit: there is no queue iccc"]),
    ],
)
def test_each_mistake_is_named_with_its_key(changes: dict[str, object], told: list[str]) -> None:
    assert list(openid_mistakes(OpenIdTable.model_validate(GOOD | changes), ["icc", "pov"])) == told


def test_the_highest_role_and_the_queues_of_all_groups_hold() -> None:
    roles = {"leads": Role.MANAGER, "credit": Role.REVIEWER}
    queues = {"credit": frozenset({"icc"}), "pov": frozenset({"pov"}), "leads": frozenset({"invoicing"})}
    rules = Admission(roles=roles, queues=queues)
    assert admit(make_claims("credit", "leads"), rules) == Admitted(Role.MANAGER, frozenset({"icc", "invoicing"}))
    assert admit(make_claims("credit"), rules) == Admitted(Role.REVIEWER, frozenset({"icc"}))


def test_without_groups_of_queues_everybody_has_every_queue() -> None:
    assert admit(make_claims(), Admission(everyone=Role.REVIEWER)) == Admitted(Role.REVIEWER, None)


def test_whoever_has_none_of_the_groups_stays_out() -> None:
    with pytest.raises(NotAllowedError, match="none of your groups"):
        admit(make_claims("sales"), Admission(roles={"credit": Role.REVIEWER}))
