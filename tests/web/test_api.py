"""The API: the same work with the same rights, by tokens; and whatever a program sends, the answer is as described."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import schemathesis
from fastapi.routing import APIRoute
from httpx2 import Response
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.desk.api_scope import Scope
from bot.reports.catalog import REPORTS
from bot.reports.json_form import as_json
from bot.steps.api_tokens import make_api_token
from bot.steps.fill_search import fill_search
from bot.steps.keep_users import Keeper, lock_user
from bot.web.api import finding, work
from bot.web.api.calling import CALLS
from bot.web.app import create_app
from tests.web.room import Room, fill_ledger, make_client, make_desk, make_letter

API = "/api/v1"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
# What each address needs, and the least that its body may hold.
NEEDS = {
    "GET /items": (Scope.READ, None),
    "GET /items/{number}": (Scope.READ, None),
    "POST /items/{number}/assign": (Scope.WORK, {"assignee": "ann"}),
    "POST /items/{number}/sort": (Scope.WORK, {"category": "dispute"}),
    "POST /items/{number}/wait": (Scope.WORK, {"until": "2026-12-01"}),
    "POST /items/{number}/resolve": (Scope.WORK, {"resolution": "no_action"}),
    "POST /items/{number}/reopen": (Scope.WORK, None),
    "GET /search": (Scope.READ, None),
    "GET /reports": (Scope.READ, None),
    "GET /reports/{report}": (Scope.READ, None),
    "POST /items/{number}/notes": (Scope.WORK, {"body": "called"}),
    "GET /drafts/{draft_id}": (Scope.READ, None),
    "POST /drafts/{draft_id}/approve": (Scope.APPROVE, {"version": 1, "sha256": "0" * 64}),
    "POST /drafts/{draft_id}/reject": (Scope.WORK, {"version": 1, "reason": "no"}),
}


def _token(room: Room, *scopes: Scope, name: str = "ann") -> str:
    chosen = set(scopes or Scope)
    return make_api_token(name, "a test", chosen, 30, store=room.desk.store, clock=room.desk.clock)


def _call(room: Room, token: str, route: str, body: object = None) -> Response:
    method, path = route.split(" ")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    filled = API + path.replace("{number}", "CD-1001").replace("{draft_id}", "1")
    filled = filled.replace("{report}", "sla-daily")
    return room.client.request(method, filled, json=body, headers=headers)


@pytest.fixture
def worked(room: Room) -> Room:
    room.arrive(make_letter())
    return room


def test_the_table_knows_every_address_of_the_api() -> None:
    routers = (work.router, finding.router)
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]
    assert {f"{method} {route.path}" for route in routes for method in route.methods} == set(NEEDS)


@pytest.mark.parametrize("route", NEEDS)
def test_without_a_token_there_is_nothing(worked: Room, route: str) -> None:
    cookies = dict(worked.client.cookies)
    for token in ("", "creditdesk_wrong", *cookies.values()):
        answer = _call(worked, token, route, NEEDS[route][1])
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"


def test_the_cookie_of_the_page_opens_no_api(worked: Room) -> None:
    assert worked.client.get(f"{API}/items").status_code == 401


@pytest.mark.parametrize("route", NEEDS)
def test_a_token_without_the_scope_is_refused(worked: Room, route: str) -> None:
    needed, body = NEEDS[route]
    before = worked.desk.queries.record()
    token = _token(worked, *(set(Scope) - {needed}))
    answer = _call(worked, token, route, body)
    assert (answer.status_code, answer.json()["status"]) == (403, 403)
    assert [one for one in worked.desk.queries.record() if one.what != "made_token"] == before


@pytest.mark.parametrize("route", [one for one in NEEDS if "{number}" in one or "{draft_id}" in one])
def test_a_token_reaches_no_further_than_the_queues_of_its_person(worked: Room, route: str) -> None:
    token = _token(worked)
    with worked.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"pov"})
        uow.commit()
    assert _call(worked, token, route, NEEDS[route][1]).status_code == 403
    assert _call(worked, token, "GET /items").json() == {"items": [], "next_after": None}


def test_a_reviewer_approves_nothing_by_a_token_either(worked: Room) -> None:
    worked.add_person("rea", "reviewer")
    token = _token(worked, name="rea")
    draft = _call(worked, token, "GET /drafts/{draft_id}").json()
    body = {"version": draft["version"], "sha256": draft["sha256"]}
    assert _call(worked, token, "POST /drafts/{draft_id}/approve", body).status_code == 403
    assert worked.desk.queries.outbox() == []


def test_an_approval_is_for_exactly_the_text_that_was_read(worked: Room) -> None:
    token = _token(worked)
    draft = _call(worked, token, "GET /drafts/{draft_id}").json()
    for version, digest in ((draft["version"], "0" * 64), (draft["version"] + 1, draft["sha256"])):
        refused = _call(worked, token, "POST /drafts/{draft_id}/approve", {"version": version, "sha256": digest})
        assert refused.status_code == 409
    body = {"version": draft["version"], "sha256": draft["sha256"]}
    answer = _call(worked, token, "POST /drafts/{draft_id}/approve", body)
    assert (answer.status_code, answer.json()) == (200, {"outbox_entry": 1})
    (row,) = worked.desk.queries.outbox()
    assert row.entry.approved_by == "ann"


def test_work_done_by_a_token_is_on_record_under_its_person(worked: Room) -> None:
    token = _token(worked)
    assert _call(worked, token, "POST /items/{number}/assign", {"assignee": "ann"}).json()["assignee"] == "ann"
    assert _call(worked, token, "POST /items/{number}/notes", {"body": "called"}).status_code == 204
    assert _call(worked, token, "POST /items/{number}/sort", {"category": "dispute"}).json()["category"] == "dispute"
    item = _call(worked, token, "GET /items/{number}").json()
    draft = item["drafts"][0]
    rejected = {"version": draft["version"], "reason": "wrong"}
    method = f"POST /drafts/{draft['id']}/reject"
    assert _call(worked, token, method, rejected).status_code == 204
    done = [entry.what for entry in worked.desk.queries.record() if entry.who == "ann"]
    assert {"assigned", "noted", "sorted", "rejected_draft"} <= set(done)


def test_an_item_waits_ends_and_opens_again_by_a_token(worked: Room) -> None:
    token = _token(worked)
    waiting = _call(worked, token, "POST /items/{number}/wait", {"until": "2026-12-01"}).json()
    assert (waiting["state"], waiting["waiting_until"]) == ("waiting", "2026-12-01")
    assert _call(worked, token, "POST /items/{number}/wait", {"until": "2026-11-01"}).status_code == 422
    refused = _call(worked, token, "POST /items/{number}/resolve", {"resolution": "rebill"})
    assert (refused.status_code, "needs the number" in refused.json()["detail"]) == (422, True)
    ended = {"resolution": "rebill", "document": "INV-77"}
    resolved = _call(worked, token, "POST /items/{number}/resolve", ended).json()
    assert (resolved["state"], resolved["document"]) == ("resolved", "INV-77")
    assert _call(worked, token, "POST /items/{number}/reopen").json()["state"] == "open"


def test_a_search_finds_only_what_lies_in_the_queues_of_the_person(worked: Room) -> None:
    token = _token(worked)
    fill_search(store=worked.desk.store, clock=worked.desk.clock)
    found = _call(worked, token, "GET /search?q=charged").json()
    assert [(hit["kind"], hit["items"]) for hit in found["hits"]] == [("message", ["CD-1001"])]
    with worked.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"pov"})
        uow.commit()
    assert _call(worked, token, "GET /search?q=charged").json()["hits"] == []


def test_the_figures_of_the_sla_are_those_of_the_report(worked: Room) -> None:
    token = _token(worked)
    names = [one["name"] for one in _call(worked, token, "GET /reports").json()]
    assert names == list(REPORTS)
    now = worked.clock.now()
    told = _call(worked, token, f"GET /reports/{{report}}?as_of={now:%Y-%m-%dT%H:%M:%SZ}").json()
    reader = worked.desk.reader("ann")
    assert told == as_json(worked.desk.report("sla-daily", reader, now.replace(microsecond=0)))
    assert _call(worked, token, "GET /reports/{report}?as_of=2099-01-01T00:00:00Z").status_code == 422


def test_pages_go_on_where_the_last_one_ended(room: Room) -> None:
    for number in range(5):
        room.arrive(make_letter(subject=f"Letter {number}", sender=f"A <a{number}@x{number}.example>"))
    token = _token(room)
    seen: list[str] = []
    after = ""
    while True:
        page = _call(room, token, f"GET /items?limit=2&after={after}").json()
        seen += [item["number"] for item in page["items"]]
        if page["next_after"] is None:
            break
        after = page["next_after"]
    assert seen == [f"CD-{number}" for number in range(1005, 1000, -1)]
    assert _call(room, token, "GET /items?after=nonsense").status_code == 422


def test_a_token_is_over_when_its_time_its_person_or_its_owner_says_so(worked: Room) -> None:
    worked.add_person("bo", "approver")
    first, second = _token(worked), _token(worked, name="bo")
    page = worked.client.get("/account").text
    token_id = re.search(r'name="token_id" value="(\d+)"', page)
    assert token_id is not None
    assert first not in page
    assert worked.post("/account/tokens/revoke", token_id="2").status_code == 404
    assert worked.post("/account/tokens/revoke", token_id=token_id[1]).status_code == 303
    lock_user("bo", Keeper("root", at_terminal=True), store=worked.desk.store, clock=worked.desk.clock)
    assert _call(worked, first, "GET /items").status_code == 401
    assert _call(worked, second, "GET /items").status_code == 401
    third = _token(worked)
    worked.clock.pass_by(timedelta(days=31))
    assert _call(worked, third, "GET /items").status_code == 401


def test_the_page_shows_a_new_token_once(room: Room) -> None:
    answer = room.post("/account/tokens", label="reports", scope=["read"], days="7")
    found = re.search(r'value="(creditdesk_[\w-]+)"', answer.text)
    assert found is not None
    assert found[1] not in room.client.get("/account").text
    assert found[1] not in str(room.desk.queries.record())
    assert room.post("/account/tokens", label="nothing").status_code == 422
    assert _call(room, found[1], "GET /items").status_code == 200


def test_whoever_calls_too_often_must_wait(room: Room) -> None:
    token = _token(room)
    calls = room.client.app.state.api.state.calls  # type: ignore[attr-defined]
    now = room.clock.now()
    for _ in range(CALLS):
        calls.note(1, now)
    answer = _call(room, token, "GET /items")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "60")
    room.clock.pass_by(timedelta(minutes=6))
    assert _call(room, token, "GET /items").status_code == 200


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[schemathesis.BaseSchema, str]]:
    """The API as it describes itself, over a desk with an item and a draft, and a token for it."""
    desk, clock = make_desk(tmp_path_factory.mktemp("described"))
    fill_ledger(desk)
    app = create_app(desk)
    with make_client(desk) as client:
        room = Room(desk, clock, client)
        room.add_person("ann", "approver")
        room.log_in("ann")
        room.arrive(make_letter())
        token = _token(room)
    yield schemathesis.openapi.from_asgi(f"{API}/openapi.json", app), token
    desk.close()


@pytest.mark.parametrize("route", NEEDS)
def test_whatever_is_sent_is_answered_as_described(described: tuple[schemathesis.BaseSchema, str], route: str) -> None:
    schema, token = described
    method, path = route.split(" ")

    @given(case=schema[path][method].as_strategy())
    @settings(max_examples=12, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    def send(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    send()
