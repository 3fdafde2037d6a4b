"""The page Users, a person's own account, links for passwords, and the second factor, through the browser's view."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot.desk.one_time_code import code_at, step_at
from bot.desk.user import Role
from bot.policies.log_in import LogInTable
from bot.web.app import create_app
from tests.web.room import ADDRESS, PASSWORD, Room

NEW = "a horse of another colour"


@pytest.fixture
def office(room: Room) -> Room:
    """An administrator at the page."""
    room.add_person("root", "administrator")
    room.client.cookies.clear()
    room.log_in("root")
    return room


def _link_in(page: str) -> str:
    found = re.search(r'value="https://desk.northgate.example(/set-password\?link=[\w-]+)"', page)
    assert found is not None
    return found[1]


def _set_password(room: Room, link: str, password: str = NEW, again: str = NEW) -> int:
    fields = {"link": link.partition("link=")[2], "password": password, "again": again}
    return room.client.post("/set-password", data=fields).status_code


def _code(room: Room, name: str) -> str:
    with room.desk.store.look() as uow:
        secret, taken = uow.users.code_secret(name)
    now = room.clock.now()
    if step_at(now) <= taken:
        room.clock.pass_by(timedelta(seconds=60))
        now = room.clock.now()
    return code_at(secret, step_at(now))


def _set_up_code(room: Room) -> list[str]:
    """Set the second factor up as the page asks for it; the recovery codes."""
    page = room.client.get("/account/second-factor").text
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    assert "<svg" in page
    code = code_at(found[1].replace(" ", ""), step_at(room.clock.now()))
    answer = room.post("/account/second-factor", code=code)
    codes = re.findall(r"<code>([\w-]+)</code>", answer.text)
    assert len(codes) == 10
    return codes


def test_a_new_person_sets_their_own_password_once(office: Room) -> None:
    answer = office.post("/users/add", name="kim", role="reviewer", reach="some", queue=["icc", "pov"])
    assert answer.status_code == 200
    link = _link_in(answer.text)
    assert office.client.get(link).status_code == 200
    assert _set_password(office, link) == 303
    assert _set_password(office, link) == 403
    office.client.cookies.clear()
    assert office.log_in("kim", NEW).status_code == 303
    with office.desk.store.look() as uow:
        kim = uow.users.get("kim")
    assert kim is not None
    assert (kim.role, kim.queues) == (Role.REVIEWER, frozenset({"icc", "pov"}))


def test_a_link_ends_by_itself_and_by_a_newer_one(office: Room) -> None:
    first = _link_in(office.post("/users/add", name="kim", role="reviewer").text)
    second = _link_in(office.post("/users/link", name="kim").text)
    assert office.client.get(first).status_code == 403
    assert _set_password(office, second, "short", "short") == 422
    assert _set_password(office, second, NEW, "another one altogether") == 422
    office.clock.pass_by(timedelta(hours=49))
    assert _set_password(office, second) == 403


def test_a_new_link_ends_the_old_password_and_the_log_ins(office: Room) -> None:
    office.post("/users/link", name="ann")
    office.client.cookies.clear()
    assert office.log_in("ann").status_code == 401


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": "ann", "role": "reviewer"}, "a user ann already"),
        ({"name": " ", "role": "reviewer"}, "1 to 100 characters"),
        ({"name": "kim", "role": "king"}, "is no role"),
        ({"name": "kim", "role": "reviewer", "reach": "some"}, "at least one queue"),
        ({"name": "kim", "role": "reviewer", "reach": "some", "queue": "nowhere"}, "at least one queue"),
        ({"name": "creditdesk", "role": "reviewer"}, "the desk itself"),
    ],
)
def test_what_cannot_be_added_is_told_with_what_was_typed(office: Room, fields: dict[str, str], why: str) -> None:
    before = office.desk.queries.users()
    answer = office.post("/users/add", **fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert office.desk.queries.users() == before


def test_rights_are_changed_and_on_record(office: Room) -> None:
    answer = office.post("/users/rights", name="ann", role="reviewer", reach="some", queue="icc")
    assert answer.status_code == 303
    entry = office.desk.queries.record("user:ann")[0]
    assert (entry.who, entry.what) == ("root", "changed_rights")
    assert entry.before == {"role": "approver", "queues": "every queue"}
    assert entry.after == {"role": "reviewer", "queues": "icc"}


def test_the_last_administrator_cannot_be_lost(office: Room) -> None:
    for path, fields in (("/users/lock", {}), ("/users/rights", {"role": "reviewer"})):
        answer = office.post(path, name="root", **fields)
        assert answer.status_code == 422
        assert "the only administrator" in answer.text
    office.post("/users/rights", name="ann", role="administrator")
    assert office.post("/users/lock", name="root").status_code == 303
    assert office.client.get("/").status_code == 303


def test_whoever_is_locked_is_out_until_unlocked(office: Room) -> None:
    office.post("/users/lock", name="ann")
    browser = TestClient(office.client.app, base_url=ADDRESS, follow_redirects=False)
    ann = Room(office.desk, office.clock, browser)
    assert ann.log_in("ann").status_code == 401
    office.post("/users/unlock", name="ann")
    assert ann.log_in("ann").status_code == 303


def test_a_person_changes_their_own_password_and_other_log_ins_end(room: Room) -> None:
    other = TestClient(room.client.app, base_url=ADDRESS, follow_redirects=False)
    Room(room.desk, room.clock, other).log_in("ann")
    for old, new, again in (("wrong", NEW, NEW), (PASSWORD, NEW, "x"), (PASSWORD, "short", "short")):
        assert room.post("/account/password", old=old, new=new, again=again).status_code == 422
    assert room.post("/account/password", old=PASSWORD, new=NEW, again=NEW).status_code == 303
    assert room.client.get("/").status_code == 200
    assert other.get("/").status_code == 303
    room.client.cookies.clear()
    assert room.log_in("ann", NEW).status_code == 303


def test_a_person_sees_their_log_ins_and_ends_another(room: Room) -> None:
    other = TestClient(room.client.app, base_url=ADDRESS, follow_redirects=False, headers={"User-Agent": "Telephone 7"})
    Room(room.desk, room.clock, other).log_in("ann")
    page = room.client.get("/account").text
    assert "Telephone 7" in page
    assert "This one" in page
    (handle,) = re.findall(r'name="handle" value="(\w+)"', page)
    assert room.post("/account/log-ins/end", handle=handle).status_code == 303
    assert other.get("/").status_code == 303
    assert room.client.get("/").status_code == 200


def test_logging_out_everywhere_means_everywhere(room: Room) -> None:
    other = TestClient(room.client.app, base_url=ADDRESS, follow_redirects=False)
    Room(room.desk, room.clock, other).log_in("ann")
    assert room.post("/account/log-out-everywhere").status_code == 303
    assert other.get("/").status_code == 303
    assert room.client.get("/").status_code == 303


def test_nobody_ends_the_log_ins_of_others(room: Room) -> None:
    room.add_person("bo", "approver")
    other = TestClient(room.client.app, base_url=ADDRESS, follow_redirects=False)
    bo = Room(room.desk, room.clock, other)
    bo.log_in("bo")
    with room.desk.store.look() as uow:
        (theirs,) = uow.users.log_ins_of("bo", room.clock.now())
    assert room.post("/account/log-ins/end", handle=theirs.handle).status_code == 404
    assert other.get("/").status_code == 200


def test_with_a_second_factor_the_password_alone_opens_nothing(room: Room) -> None:
    _set_up_code(room)
    room.client.cookies.clear()
    assert room.log_in("ann").status_code == 303
    answer = room.client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/log-in/code")
    half = re.search(r'name="csrf" value="([^"]+)"', room.client.get("/log-in/code").text)
    assert half is not None
    assert room.client.post("/log-in/code", data={"csrf": "x", "code": _code(room, "ann")}).status_code == 403
    assert room.client.post("/log-in/code", data={"csrf": half[1], "code": "000000"}).status_code == 401
    assert room.client.post("/log-in/code", data={"csrf": half[1], "code": _code(room, "ann")}).status_code == 303
    assert room.client.get("/").status_code == 200


def _give(room: Room, code: str) -> int:
    half = re.search(r'name="csrf" value="([^"]+)"', room.client.get("/log-in/code").text)
    assert half is not None
    return room.client.post("/log-in/code", data={"csrf": half[1], "code": code}).status_code


def test_a_recovery_code_lets_in_once(room: Room) -> None:
    codes = _set_up_code(room)
    for expected in (303, 401):
        room.client.cookies.clear()
        room.log_in("ann")
        assert _give(room, codes[0].upper()) == expected
    with room.desk.store.look() as uow:
        assert uow.users.recovery_codes_left("ann") == 9


def test_wrong_codes_close_the_name_like_wrong_passwords(room: Room) -> None:
    codes = _set_up_code(room)
    room.client.cookies.clear()
    room.log_in("ann")
    for _ in range(5):
        assert _give(room, "000000") == 401
    assert _give(room, codes[0]) == 401
    assert "log_in_refused" in {entry.what for entry in room.desk.queries.record("user:ann")}


def test_an_administrator_helps_whoever_lost_everything(room: Room) -> None:
    _set_up_code(room)
    room.add_person("root", "administrator")
    room.client.cookies.clear()
    room.log_in("root")
    assert room.post("/users/forget-second-factor", name="ann").status_code == 303
    room.client.cookies.clear()
    room.log_in("ann")
    assert room.client.get("/").status_code == 200


def test_a_second_factor_is_switched_off_against_a_code(room: Room) -> None:
    _set_up_code(room)
    assert room.post("/account/second-factor/remove", code="000000").status_code == 422
    assert room.post("/account/second-factor/remove", code=_code(room, "ann")).status_code == 303
    with room.desk.store.look() as uow:
        assert uow.users.code_secret("ann")[0] == ""


def test_a_role_of_which_it_is_demanded_sets_it_up_at_the_log_in(room: Room) -> None:
    settings = replace(room.desk.settings, log_in=LogInTable(second_factor_for=("approver",)))
    desk = replace(room.desk, settings=settings)
    with TestClient(create_app(desk), base_url=ADDRESS, follow_redirects=False) as client:
        ann = Room(desk, room.clock, client)
        ann.log_in("ann")
        assert client.get("/").headers["location"] == "/log-in/code"
        page = client.get("/log-in/code").text
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
        assert found is not None
        assert _give(ann, "000000") == 422
        code = code_at(found[1].replace(" ", ""), step_at(ann.clock.now()))
        assert _give(ann, code) == 200
        assert client.get("/").status_code == 200
        assert ann.post("/account/second-factor/remove", code=_code(ann, "ann")).status_code == 422


def test_no_secret_of_a_second_factor_is_in_the_record_or_another_page(office: Room, tmp_path: Path) -> None:
    codes = _set_up_code(office)
    with office.desk.store.look() as uow:
        secret, _ = uow.users.code_secret("root")
    paths = ("/account", "/users", "/users/person?name=root", "/record")
    shown = "".join(office.client.get(path).text for path in paths)
    shown += str(office.desk.queries.record())
    for hidden in (secret, *codes):
        assert hidden not in shown
