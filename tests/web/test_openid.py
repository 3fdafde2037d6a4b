"""Logging in by single sign-on, against a real provider, and once in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from bot.desk.openid import ties_of
from bot.desk.user import Role
from bot.errors import NotAllowedError
from bot.openid import OpenIdAccount, OpenIdProvider
from bot.web.app import create_app
from tests.openid.provider import Provider, running_provider
from tests.web.browsing import open_page
from tests.web.room import ADDRESS, Room, make_client, make_desk
from tests.web.serving import serving

BACK = "/log-in/openid/back"
OPENID = """
[openid]
issuer = "{issuer}"
client_id = "{client_id}"
secret_env = "OPENID_SECRET"
title = "Northgate log-in"
domains = ["northgate.example"]
{more}
[openid.roles]
credit = "reviewer"
credit-leads = "manager"
[openid.queues]
credit = ["icc"]
credit-leads = ["icc", "invoicing"]
"""
MakeRoom = Callable[..., Room]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running_provider() as running:
        yield running


@pytest.fixture
def make_room(provider: Provider, tmp_path: Path) -> Iterator[MakeRoom]:
    """A desk whose people log in at the provider, seen by a browser that is not logged in."""
    made: list[Room] = []

    def make(more: str = "", address: str = ADDRESS) -> Room:
        client_id, secret = provider.register(f"{address}{BACK}")
        table = OPENID.format(issuer=provider.issuer, client_id=client_id, more=more)
        desk, clock = make_desk(
            tmp_path, secure_cookie=address == ADDRESS, bot=table, environment={"OPENID_SECRET": secret}
        )
        made.append(Room(desk, clock, make_client(desk)))
        return made[-1]

    yield make
    for room in made:
        room.client.close()
        room.desk.close()


def come_in(room: Room, provider: Provider, subject: str) -> int:
    """Log in at the provider; the status of what the desk answered then."""
    asked = room.client.get("/log-in/openid").headers["location"]
    back = urlsplit(provider.consent(asked, subject))
    return room.client.get(f"{back.path}?{back.query}").status_code


def test_somebody_new_gets_an_account_with_the_role_and_queues_of_their_groups(
    make_room: MakeRoom, provider: Provider
) -> None:
    room = make_room()
    provider.person("rosa", ["credit", "unrelated"])
    assert come_in(room, provider, "rosa") == 303
    assert room.client.get("/").status_code == 200
    (rosa,) = room.desk.queries.users()
    assert (rosa.name, rosa.role, rosa.queues) == ("rosa", Role.REVIEWER, frozenset({"icc"}))


def test_the_rights_follow_the_groups_at_each_log_in_and_the_subject_stays_the_person(
    make_room: MakeRoom, provider: Provider
) -> None:
    room = make_room()
    provider.person("omar", ["credit"])
    come_in(room, provider, "omar")
    provider.person("omar", ["credit", "credit-leads"], preferred_username="omar.k", email="new@northgate.example")
    come_in(room, provider, "omar")
    (omar,) = room.desk.queries.users()
    assert (omar.name, omar.role, omar.queues) == ("omar", Role.MANAGER, frozenset({"icc", "invoicing"}))


@pytest.mark.parametrize(
    "changes",
    [
        {"email_verified": False},
        {"email": "eve@elsewhere.example"},
        {"email": "eve@northgate.example.evil.example"},
        {"groups": ["sales"]},
        {"preferred_username": " "},
    ],
)
def test_whoever_the_rules_do_not_let_in_gets_no_account(
    make_room: MakeRoom, provider: Provider, changes: dict[str, object]
) -> None:
    room = make_room()
    provider.person("eve", **changes)  # type: ignore[arg-type]
    assert come_in(room, provider, "eve") == 401
    assert room.client.get("/").status_code == 303
    assert room.desk.queries.users() == []


@pytest.mark.parametrize(("name", "why"), [("nonce", "cannot be trusted"), ("verifier", "refused")])
def test_what_was_not_made_for_this_very_log_in_is_not_believed(
    make_room: MakeRoom, provider: Provider, name: str, why: str
) -> None:
    asked = make_room().desk.identity_provider
    assert asked is not None
    provider.person("ida", ["credit"])
    ties = ties_of(b"secret", "binding")
    back = urlsplit(provider.consent(asked.begin(f"{ADDRESS}{BACK}", ties), "ida"))
    code = parse_qs(back.query)["code"][0]
    with pytest.raises(NotAllowedError, match=why):
        asked.finish(f"{ADDRESS}{BACK}", replace(ties, **{name: "another"}), code)


def test_an_account_of_that_name_is_nobodys_until_its_owner_connects_it(
    make_room: MakeRoom, provider: Provider
) -> None:
    room = make_room()
    room.add_person("ann", "approver")
    provider.person("ann", ["credit-leads"])
    assert come_in(room, provider, "ann") == 401
    room.log_in("ann")
    asked = room.client.get("/account/connect").headers["location"]
    back = urlsplit(provider.consent(asked, "ann"))
    assert room.client.get(f"{back.path}?{back.query}").headers["location"] == "/account?done=connected"
    room.post("/log-out")
    assert come_in(room, provider, "ann") == 303
    assert [one.name for one in room.desk.queries.users()] == ["ann"]


def test_a_locked_person_stays_out(make_room: MakeRoom, provider: Provider) -> None:
    room = make_room()
    provider.person("lee", ["credit"])
    come_in(room, provider, "lee")
    with room.desk.store.begin() as uow:
        uow.users.disable("lee")
        uow.commit()
    assert come_in(room, provider, "lee") == 401


def test_an_answer_that_another_browser_asked_for_is_refused(make_room: MakeRoom, provider: Provider) -> None:
    room = make_room()
    provider.person("mia", ["credit"])
    back = urlsplit(provider.consent(room.client.get("/log-in/openid").headers["location"], "mia"))
    room.client.cookies.clear()
    assert room.client.get(f"{back.path}?{back.query}").status_code == 401
    room.client.get("/log-in/openid")
    assert room.client.get(f"{back.path}?{back.query}").status_code == 401
    assert room.desk.queries.users() == []


def test_an_answer_counts_once(make_room: MakeRoom, provider: Provider) -> None:
    room = make_room()
    provider.person("noor", ["credit"])
    back = urlsplit(provider.consent(room.client.get("/log-in/openid").headers["location"], "noor"))
    cookies = dict(room.client.cookies)
    assert room.client.get(f"{back.path}?{back.query}").status_code == 303
    room.client.cookies.clear()
    room.client.cookies.update(cookies)
    assert room.client.get(f"{back.path}?{back.query}").status_code == 401


def test_the_providers_no_is_told(make_room: MakeRoom) -> None:
    room = make_room()
    asked = room.client.get("/log-in/openid").headers["location"]
    state = parse_qs(urlsplit(asked).query)["state"][0]
    answer = room.client.get(f"{BACK}?error=access_denied&state={state}")
    assert answer.status_code == 401
    assert "did not let you in (access_denied)" in answer.text


def test_where_the_provider_is_away_the_password_still_opens(make_room: MakeRoom) -> None:
    room = make_room()
    away = OpenIdProvider(OpenIdAccount("http://127.0.0.1:1", "desk", "secret", ("openid",), "name", "groups", 2.0))
    room.client = make_client(replace(room.desk, identity_provider=away))
    room.add_person("ann", "approver")
    answer = room.client.get("/log-in/openid")
    assert answer.status_code == 503
    assert "does not work right now" in answer.text
    assert room.log_in("ann").status_code == 303


def test_passwords_can_be_switched_off(make_room: MakeRoom) -> None:
    room = make_room("passwords = false")
    room.add_person("ann", "approver")
    assert 'name="password"' not in room.client.get("/log-in").text
    assert room.log_in_blindly("ann").status_code == 403


def test_in_a_real_browser_from_log_in_to_log_out(
    make_room: MakeRoom, provider: Provider, browser: Browser, tmp_path: Path
) -> None:
    provider.person("kim", ["credit-leads"])
    with serving(lambda address: create_app(make_room(address=address).desk)) as address:
        troubles: list[str] = []
        page = open_page(browser, troubles, [])
        page.goto(f"{address}/drafts")
        page.get_by_role("link", name="Log in with Northgate log-in").click()
        page.get_by_placeholder("sub").fill("kim")
        page.get_by_role("button", name="Authorize").click()
        expect(page.get_by_role("heading", name="Drafts")).to_be_visible()
        assert page.url == f"{address}/drafts"
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("link", name="Log out of Northgate log-in too")).to_be_visible()
        page.goto(f"{address}/drafts")
        assert "/log-in" in page.url
        page.context.close()
