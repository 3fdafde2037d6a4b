"""Who may do what, address by address. An address that is not in the table fails the test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from bot.steps.keep_users import Keeper, add_user, lock_user
from tests.web.room import PASSWORD, Room, make_letter

ANYBODY, REVIEWER, APPROVER, ADMINISTRATOR = "anybody", "reviewer", "approver", "administrator"
# The least that each address needs.
RIGHTS = {
    "GET /log-in": ANYBODY,
    "POST /log-in": ANYBODY,
    "GET /healthz": ANYBODY,
    # It looks at the address of whoever asks; see test_health.
    "GET /metrics": ANYBODY,
    "POST /log-out": REVIEWER,
    "GET /": REVIEWER,
    "GET /search": REVIEWER,
    "GET /news": REVIEWER,
    "POST /items/{number}/presence": REVIEWER,
    "GET /customer": REVIEWER,
    "GET /items/{number}": REVIEWER,
    "POST /bulk": REVIEWER,
    # A decision is taken back only by whoever made it.
    "POST /undo": REVIEWER,
    # Whoever keeps something changes it; of what is shared, a manager too.
    "POST /filters": REVIEWER,
    "POST /filters/remove": REVIEWER,
    "GET /texts": REVIEWER,
    "POST /texts": REVIEWER,
    "POST /texts/remove": REVIEWER,
    "GET /drafts/{draft_id}/texts/{text_id}": REVIEWER,
    "POST /drafts/{draft_id}/insert": REVIEWER,
    "POST /items/{number}/assign": REVIEWER,
    "POST /items/{number}/wait": REVIEWER,
    "POST /items/{number}/reopen": REVIEWER,
    "POST /items/{number}/resolve": REVIEWER,
    "POST /items/{number}/sort": REVIEWER,
    "POST /items/{number}/reply": REVIEWER,
    "POST /items/{number}/note": REVIEWER,
    "POST /items/{number}/merge": REVIEWER,
    "POST /items/{number}/split": REVIEWER,
    "GET /drafts": REVIEWER,
    "POST /drafts/{draft_id}/save": REVIEWER,
    "POST /drafts/{draft_id}/preview": REVIEWER,
    "GET /drafts/{draft_id}/files/{place}": REVIEWER,
    "GET /drafts/{draft_id}/files/{place}/view": REVIEWER,
    "POST /drafts/{draft_id}/reject": REVIEWER,
    "POST /drafts/{draft_id}/approve": APPROVER,
    "GET /messages/{message_id}/raw": REVIEWER,
    "GET /messages/{message_id}/attachments/{place}": REVIEWER,
    "GET /messages/{message_id}/attachments/{place}/view": REVIEWER,
    "GET /messages/{message_id}/html": REVIEWER,
    "GET /messages/{message_id}/source": REVIEWER,
    "GET /outbox": REVIEWER,
    "POST /outbox/{entry_id}/decide": APPROVER,
    "GET /quarantine": REVIEWER,
    "GET /quarantine/{quarantine_id}/raw": REVIEWER,
    "POST /quarantine/{quarantine_id}/release": APPROVER,
    "GET /tasks": REVIEWER,
    "POST /tasks/{task_id}/done": REVIEWER,
    "GET /notices": REVIEWER,
    "POST /notices": REVIEWER,
    "GET /mailboxes": REVIEWER,
    "POST /mailboxes/test": REVIEWER,
    "GET /health": REVIEWER,
    "GET /record": REVIEWER,
    # What a report shows of persons and queues is told by tests/web/test_reports.py.
    "GET /reports": REVIEWER,
    "GET /reports/{report}": REVIEWER,
    "GET /reports/{report}/list": REVIEWER,
    "GET /reports/{report}/charts/{table}": REVIEWER,
    "GET /reports/{report}/workbook": REVIEWER,
    # Whoever has the password, and a code still to give.
    "GET /log-in/openid": ANYBODY,
    "GET /log-in/openid/back": ANYBODY,
    "GET /account/connect": REVIEWER,
    "GET /log-in/code": ANYBODY,
    "POST /log-in/code": ANYBODY,
    # Whoever has the link.
    "GET /set-password": ANYBODY,
    "POST /set-password": ANYBODY,
    "GET /account": REVIEWER,
    "POST /account/password": REVIEWER,
    "POST /account/log-ins/end": REVIEWER,
    "POST /account/log-out-everywhere": REVIEWER,
    "GET /account/second-factor": REVIEWER,
    "POST /account/second-factor": REVIEWER,
    "POST /account/second-factor/remove": REVIEWER,
    "POST /account/recovery-codes": REVIEWER,
    "POST /items/{number}/reading": REVIEWER,
    "GET /examples": ADMINISTRATOR,
    "POST /examples/forget": ADMINISTRATOR,
    "POST /account/tokens": REVIEWER,
    "POST /account/tokens/revoke": REVIEWER,
    "GET /users": ADMINISTRATOR,
    "GET /users/person": ADMINISTRATOR,
    "POST /users/add": ADMINISTRATOR,
    "POST /users/rights": ADMINISTRATOR,
    "POST /users/link": ADMINISTRATOR,
    "POST /users/lock": ADMINISTRATOR,
    "POST /users/unlock": ADMINISTRATOR,
    "POST /users/forget-second-factor": ADMINISTRATOR,
    "POST /users/end-log-ins": ADMINISTRATOR,
    "GET /settings": REVIEWER,
    "POST /settings": REVIEWER,
}
# Numbers that there are, and numbers that there are not.
THERE = {"number": "CD-1001", "draft_id": "1", "message_id": "1", "place": "1", "entry_id": "1"}
THERE |= {"report": "sla-daily", "table": "queue", "quarantine_id": "1", "task_id": "1", "text_id": "1"}
NOWHERE = dict.fromkeys(THERE, "999999") | {"number": "CD-999999"}


def _flat(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The framework keeps included routers as they are; their routes lie inside."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _flat(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


def _addresses(least: tuple[str, ...], method: str, numbers: dict[str, str]) -> list[str]:
    wanted = [one.split(" ")[1] for one, role in RIGHTS.items() if role in least and one.startswith(f"{method} ")]
    return [path.format(**numbers) for path in wanted]


@pytest.fixture
def busy(room: Room) -> Room:
    """An item, a draft and an outbox entry that wait, and the person at the page is a reviewer."""
    number = room.arrive(make_letter())
    room.arrive(make_letter(subject="Second", sender="Cy <cy@harlow.example>"))
    room.post(f"/drafts/{room.draft_id(number)}/approve", **room.draft_form(number))
    room.add_person("rea", "reviewer")
    room.client.cookies.clear()
    room.log_in("rea")
    return room


def test_the_table_knows_every_address(room: Room) -> None:
    served = {
        f"{method} {route.path}"
        for route in _flat(room.client.app.routes)  # type: ignore[attr-defined]
        for method in route.methods
        if method in ("GET", "POST", "PUT", "PATCH", "DELETE")
    }
    assert served == set(RIGHTS)


@pytest.mark.parametrize("path", _addresses((APPROVER, ADMINISTRATOR), "POST", THERE))
def test_too_little_rights_let_nothing_leave(busy: Room, path: str) -> None:
    before = (busy.desk.queries.record(), busy.desk.queries.outbox())
    answer = busy.post(path, **busy.draft_form("CD-1002"), decision="cancel")
    assert answer.status_code == 403
    assert re.search("an (approver must approve|administrator must do) this", answer.text)
    assert (busy.desk.queries.record(), busy.desk.queries.outbox()) == before


def test_whoever_tries_too_much_is_in_the_log(busy: Room, capfd: pytest.CaptureFixture[str]) -> None:
    busy.post("/quarantine/1/release")
    logged = "".join(capfd.readouterr())
    assert "not_allowed" in logged
    assert "rea" in logged
    assert "/quarantine/1/release" in logged


@pytest.mark.parametrize("path", _addresses((REVIEWER,), "GET", THERE))
def test_what_a_reviewer_may_see_opens(busy: Room, path: str) -> None:
    assert busy.client.get(path).status_code in (200, 303, 404)


@pytest.mark.parametrize("path", _addresses((REVIEWER, APPROVER), "POST", NOWHERE))
def test_what_is_not_there_cannot_be_changed(room: Room, path: str) -> None:
    room.arrive(make_letter())
    before = room.desk.queries.record()
    fields = room.draft_form("CD-1001") | {"decision": "sent", "into": "1001", "body": "x", "choice": "refund"}
    fields |= {"assignee": "ann", "resolution": "no_action", "reason": "x"}
    answer = room.post(path, **fields)
    if path.startswith("/account/log-"):
        # A person's own log-ins end without a form that names them; of others there is nothing to name.
        assert answer.status_code in (303, 404)
        return
    # Where an address names no thing there is nothing that could be missing, or the form names none, which is refused.
    assert answer.status_code in ((404, 409, 422) if "999999" in path else (303, 422))
    assert room.desk.queries.record() == before


@pytest.mark.parametrize("path", _addresses((REVIEWER,), "GET", THERE))
def test_whoever_is_disabled_is_out_at_once(busy: Room, path: str) -> None:
    lock_user("rea", Keeper("root", at_terminal=True), store=busy.desk.store, clock=busy.desk.clock)
    answer = busy.client.get(path)
    assert (answer.status_code, answer.headers["location"].partition("?")[0]) == (303, "/log-in")


def test_a_lesser_role_takes_effect_at_once(room: Room) -> None:
    add_user("ann", "reviewer", PASSWORD, "root", store=room.desk.store, clock=room.desk.clock)
    assert room.client.get("/").status_code == 303
    room.log_in("ann")
    number = room.arrive(make_letter())
    assert room.post(f"/drafts/{room.draft_id(number)}/approve", **room.draft_form(number)).status_code == 403


def test_no_secret_is_in_a_page_the_log_or_the_record(room: Room, capfd: pytest.CaptureFixture[str]) -> None:
    room.client.cookies.clear()
    room.log_in("ann", "a wrong secret")
    room.log_in("a wrong secret", PASSWORD)
    room.log_in("ann")
    tokens = [cookie.value or "" for cookie in room.client.cookies.jar if cookie.name == "__Host-creditdesk"]
    paths = _addresses((REVIEWER,), "GET", THERE)
    shown = (
        "".join(room.client.get(path).text for path in paths)
        + str(room.desk.queries.record())
        + "".join(capfd.readouterr())
    )
    with room.desk.store.look() as uow:
        stored = str(uow.users.password_hash("ann"))
    assert len(tokens) == 1
    for secret in (PASSWORD, "a wrong secret", tokens[0], stored, room.desk.store.secret().hex()):
        assert secret not in shown
