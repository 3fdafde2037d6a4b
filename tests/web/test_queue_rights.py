"""Every address × every role × every set of queues: who may see and do what lies where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

import pytest
from starlette.testclient import TestClient

from bot.desk.task import Task, TaskKind
from bot.desk.user import MAY_APPROVE, Role
from bot.stored import NewQuarantine
from bot.web.rights import THINGS, WITHIN
from tests.web.room import Room, fill_ledger, make_client, make_desk, make_letter
from tests.web.test_rights import ANYBODY, APPROVER, RIGHTS

# Everything that an address can name lies in ICC; what lies in quarantine lies in no queue.
QUEUES = {"every queue": None, "their queue": {"icc", "pov"}, "another queue": {"tax-exempt", "pov"}}
THERE = {"number": "CD-1001", "draft_id": "1", "message_id": "1", "entry_id": "1", "task_id": "1"}
THERE |= {"report": "sla-daily", "table": "queue", "quarantine_id": "1", "place": "1", "text_id": "1"}
GUARDED = {route: least for route, least in RIGHTS.items() if least != ANYBODY}
FOREIGN = "Exemption of Harlow"


@dataclass
class Crowd:
    """One desk, and a log-in for each role with each set of queues."""

    room: Room

    def log_in(self, role: Role, queues: str) -> str:
        """Become this person, without the cost of a password; the token of their forms."""
        name = f"{role} of {queues}"
        token = f"token of {name}"
        desk = self.room.desk
        now = desk.clock.now()
        with desk.store.begin() as uow:
            if uow.users.get(name) is None:
                uow.users.save(name, role, "no hash", now)
                uow.users.set_queues(name, QUEUES[queues])
            uow.users.close_session(sha256(token.encode()).hexdigest())
            until = now + timedelta(hours=1)
            uow.users.open_session(name, sha256(token.encode()).hexdigest(), "csrf", now, until)
            uow.commit()
        self.client.cookies.clear()
        self.client.cookies.set("__Host-creditdesk", token)
        return "csrf"

    @property
    def client(self) -> TestClient:
        return self.room.client


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crowd]:
    desk, clock = make_desk(tmp_path_factory.mktemp("crowd"))
    fill_ledger(desk)
    with make_client(desk) as client:
        room = Room(desk, clock, client)
        made = Crowd(room)
        made.log_in(Role.ADMINISTRATOR, "every queue")
        number = room.arrive(make_letter(files={"a.txt": b"text"}, html="<p>we were charged twice</p>"))
        assert number == "CD-1001"
        room.post("/drafts/1/approve", **room.draft_form(number))
        room.arrive(make_letter("We are exempt in NY.", FOREIGN, "Cy <cy@harlow.example>"))
        now = clock.now()
        with desk.store.begin() as uow:
            for number in (1001, 1002):
                thread = uow.items.get(number).thread_id
                uow.tasks.open(Task(0, TaskKind.CALL_BACK, f"call {number}", f"Call CD-{number}", thread, now))
            uow.quarantine.hold(NewQuarantine("icc", "1:9", "too large"), now)
            uow.commit()
        yield made
    desk.close()


def _may(role: Role, queues: str, route: str) -> bool:
    if GUARDED[route] == APPROVER and role not in MAY_APPROVE:
        return False
    if GUARDED[route] == Role.ADMINISTRATOR and role is not Role.ADMINISTRATOR:
        return False
    named = [part for part in re.findall(r"\{(\w+)\}", route) if part not in WITHIN]
    if named == ["quarantine_id"]:
        return queues == "every queue"
    return not named or queues != "another queue"


@pytest.mark.parametrize("queues", QUEUES)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("route", GUARDED)
def test_who_may_reach_what(crowd: Crowd, route: str, role: Role, queues: str) -> None:
    csrf = crowd.log_in(role, queues)
    method, path = route.split(" ")
    before = crowd.room.desk.queries.record()
    form = {"csrf": csrf} if method == "POST" else None
    answer = crowd.client.request(method, path.format(**THERE), data=form)
    if _may(role, queues, route):
        assert answer.status_code not in (401, 403), answer.text
    else:
        assert answer.status_code == 403
        assert crowd.room.desk.queries.record() == before


def test_every_part_of_an_address_is_known_to_the_rights() -> None:
    parts = {part for route in RIGHTS for part in re.findall(r"\{(\w+)\}", route)}
    assert parts == set(THINGS) | WITHIN


@pytest.mark.parametrize("route", [one for one in GUARDED if one.startswith("GET") and "{" not in one])
def test_no_list_shows_what_lies_in_the_queues_of_others(crowd: Crowd, route: str) -> None:
    crowd.log_in(Role.ADMINISTRATOR, "their queue")
    shown = crowd.client.get(route.removeprefix("GET ")).text
    assert FOREIGN not in shown
    assert "CD-1002" not in shown
    assert "Harlow" not in shown


def test_whoever_has_the_queue_sees_it_in_the_lists(crowd: Crowd) -> None:
    crowd.log_in(Role.APPROVER, "another queue")
    for path in ("/", "/drafts", "/tasks"):
        assert "CD-1002" in crowd.client.get(path).text
        assert "CD-1001" not in crowd.client.get(path).text
    assert crowd.client.get("/record?subject=CD-1002").status_code == 200
    assert crowd.client.get("/record?subject=CD-1001").status_code == 403
    assert crowd.client.get("/record?subject=draft:1").status_code == 403
    assert crowd.client.get("/record?subject=user:ann").status_code == 403


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/bulk", {"number": "CD-1001", "do": "wait"}),
        ("/bulk", {"number": "CD-1001", "do": "close"}),
        ("/undo", {"what": "items:CD-1001"}),
        ("/undo", {"what": "draft:1"}),
        ("/items/CD-1002/merge", {"into": "CD-1001"}),
        ("/items/CD-1002/assign", {"assignee": "approver of their queue"}),
    ],
)
def test_what_a_form_names_is_held_to_the_same_rights(crowd: Crowd, path: str, form: dict[str, str]) -> None:
    crowd.log_in(Role.APPROVER, "their queue")
    csrf = crowd.log_in(Role.APPROVER, "another queue")
    before = crowd.room.desk.queries.record()
    answer = crowd.client.post(path, data={"csrf": csrf} | form)
    assert answer.status_code in (403, 422)
    assert "queue" in answer.text or "does not work in" in answer.text
    assert crowd.room.desk.queries.record() == before


def test_the_number_of_a_merged_item_counts_where_its_survivor_lies(room: Room) -> None:
    first = room.arrive(make_letter())
    second = room.arrive(make_letter("We are exempt in NY.", "Exemption"))
    room.post(f"/items/{first}/merge", into=second)
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"icc"})
        uow.commit()
    assert room.client.get(f"/items/{first}").status_code == 403


def test_sorted_into_the_work_of_others_an_item_is_gone_from_here(room: Room) -> None:
    number = room.arrive(make_letter())
    csrf = room.csrf()
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"icc"})
        uow.commit()
    answer = room.client.post(f"/items/{number}/sort", data={"csrf": csrf, "choice": "tax_exempt"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/?done=sorted&undo=items%3A{number}")
    assert room.client.get(f"/items/{number}").status_code == 403


def test_mail_that_became_no_work_is_for_those_who_have_every_queue(room: Room) -> None:
    room.arrive(make_letter())
    room.arrive(make_letter("I am out of office.", "Automatic reply: x", headers={"Auto-Submitted": "auto-replied"}))
    assert room.client.get("/messages/2/raw").status_code == 200
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", {"icc"})
        uow.commit()
    assert room.client.get("/messages/1/raw").status_code == 200
    assert room.client.get("/messages/2/raw").status_code == 403


def test_a_right_that_is_taken_away_is_gone_at_once(room: Room) -> None:
    number = room.arrive(make_letter())
    assert room.client.get(f"/items/{number}").status_code == 200
    with room.desk.store.begin() as uow:
        uow.users.set_queues("ann", set())
        uow.commit()
    answer = room.client.get(f"/items/{number}")
    assert answer.status_code == 403
    assert "not among your queues" in answer.text
