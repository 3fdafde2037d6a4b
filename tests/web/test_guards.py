"""What holds for every address of the page: log-in, token, headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from bot.web.app import GUARDED_ROUTERS, OPEN_ROUTERS
from bot.web.response_headers import HEADERS
from tests.web.room import ADDRESS, Room, make_letter

_FILLED = {
    "{number}": "CD-1001",
    "{draft_id}": "1",
    "{entry_id}": "1",
    "{quarantine_id}": "1",
    "{message_id}": "1",
    "{place}": "1",
}
# The metrics look at the address of whoever asks.
OPEN = {"/log-in", "/log-in/openid", "/log-in/openid/back", "/log-in/code", "/set-password", "/healthz", "/metrics"}


def _addresses(method: str) -> list[str]:
    routes: Iterator[BaseRoute] = (route for router in (*OPEN_ROUTERS, *GUARDED_ROUTERS) for route in router.routes)
    found = []
    for route in routes:
        if isinstance(route, APIRoute) and method in route.methods:
            path = route.path
            for name, value in _FILLED.items():
                path = path.replace(name, value)
            found.append(path)
    return found


def test_every_route_of_the_application_is_tested_here(room: Room) -> None:
    served = {route.path for route in _flat(room.client.app.routes)}  # type: ignore[attr-defined]
    listed = {route.path for router in (*OPEN_ROUTERS, *GUARDED_ROUTERS) for route in _flat(router.routes)}
    assert served == listed
    assert len(_addresses("POST")) >= 14


def _flat(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """The framework keeps included routers as they are; their routes lie inside."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from _flat(inner.routes)
        elif isinstance(route, APIRoute):
            yield route


@pytest.mark.parametrize("path", [path for path in _addresses("GET") if path not in OPEN])
def test_without_a_log_in_every_page_leads_to_the_log_in(room: Room, path: str) -> None:
    room.client.cookies.clear()
    answer = room.client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/log-in")


@pytest.mark.parametrize("path", [path for path in _addresses("POST") if path not in OPEN])
def test_without_a_log_in_no_form_does_anything(room: Room, path: str) -> None:
    room.client.cookies.clear()
    assert room.client.post(path, data={"csrf": "x"}).status_code == 401


@pytest.mark.parametrize("path", [path for path in _addresses("POST") if path != "/log-in/code"])
def test_without_the_token_no_form_does_anything(room: Room, path: str) -> None:
    number = room.arrive(make_letter())
    assert number == "CD-1001"
    before = room.desk.queries.record()
    fields = room.draft_form(number) | {"assignee": "ann", "reason": "no", "into": "1", "decision": "again"}
    for wrong in ({}, {"csrf": ""}, {"csrf": "0" * 32}, {"csrf": "ü"}):
        answer = room.client.post(path, data=fields | wrong)
        assert answer.status_code == 403
    assert room.desk.queries.record() == before
    assert room.desk.queries.outbox() == []


def test_a_refused_form_gives_back_what_was_written(room: Room) -> None:
    number = room.arrive(make_letter())
    answer = room.client.post(f"/items/{number}/note", data={"body": "A long note <b>"})
    assert answer.status_code == 403
    assert "A long note &lt;b&gt;" in answer.text
    assert "Nothing was changed" in answer.text


def test_a_form_that_another_site_sent_is_refused_even_with_the_token(room: Room) -> None:
    number = room.arrive(make_letter())
    answer = room.client.post(
        f"/items/{number}/note",
        data={"csrf": room.csrf(), "body": "x"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/log-in",
        "/healthz",
        "/static/desk.css",
        "/static/none",
        "/nowhere",
        "/items/CD-9",
        "/messages/1/raw",
        "/drafts",
    ],
)
def test_the_headers_are_on_every_answer(room: Room, path: str) -> None:
    room.arrive(make_letter())
    answer = room.client.get(path)
    for name, value in HEADERS.items():
        if name != "Cache-Control" or not path.startswith("/static/desk"):
            assert answer.headers[name] == value
    assert "'unsafe-" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/nowhere", "/healthz"])
def test_behind_tls_no_browser_asks_in_clear_again(room: Room, path: str) -> None:
    assert room.client.get(path).headers["Strict-Transport-Security"] == "max-age=31536000"


def test_no_page_has_a_script_or_a_style_of_its_own(room: Room) -> None:
    number = room.arrive(make_letter())
    for path in ("/", f"/items/{number}", "/drafts", "/outbox", "/quarantine", "/mailboxes", "/record", "/log-in"):
        page = room.client.get(path).text.lower()
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        # Both from our own folder.
        assert page.count("<script") == page.count('<script src="/static/') == 3


@pytest.mark.parametrize("path", ["/nowhere", "/items/CD-99", "/items/nonsense", "/messages/x/raw", "/messages/99/raw"])
def test_what_is_not_there_is_a_page_in_words(room: Room, path: str) -> None:
    answer = room.client.get(path)
    assert answer.status_code == 404
    assert "<h1>There is no such" in answer.text
    assert "To the queues" in answer.text


def test_numbers_beyond_the_store_are_a_page_in_words_too(room: Room) -> None:
    for path in ("/messages/99999999999999999999/raw", "/?after=99999999999999999999", "/record?after=-1"):
        assert room.client.get(path).status_code == 404


def test_an_endless_form_is_refused(room: Room) -> None:
    answer = room.client.post("/items/CD-1001/note", data={"csrf": room.csrf(), "body": "x" * 3_000_000})
    assert answer.status_code in (400, 413)


def test_health_needs_no_log_in(room: Room) -> None:
    room.client.cookies.clear()
    answer = room.client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_store_that_is_away_is_told_in_words(room: Room) -> None:
    with room.desk.store.engine.connect() as connection:
        connection.exec_driver_sql("ALTER TABLE user_account RENAME TO away")
        connection.commit()
    assert room.client.get("/healthz").status_code == 503
    answer = room.client.get("/")
    assert answer.status_code == 503
    assert "cannot answer right now" in answer.text


def test_what_breaks_is_told_in_words_and_with_all_headers(room: Room) -> None:
    with room.desk.store.engine.connect() as connection:
        connection.exec_driver_sql(
            "INSERT INTO record (at, who, what, subject, before, after) VALUES ('never', 'x', 'x', 'x', '{}', '{}')"
        )
        connection.commit()
    client = TestClient(room.client.app, base_url=ADDRESS, raise_server_exceptions=False)
    client.cookies = room.client.cookies
    answer = client.get("/record")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.text
    assert "Traceback" not in answer.text
    assert all(answer.headers[name] == value for name, value in HEADERS.items())
