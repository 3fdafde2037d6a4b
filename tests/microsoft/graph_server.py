"""Graph, as far as mail goes: mailboxes with a state, tokens of the directory, and failures on request."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import getaddresses
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.microsoft.directory import Directory
from tests.microsoft.graph_contract import mistake_of_answer, mistake_of_request
from tests.microsoft.graph_delta import delta
from tests.microsoft.graph_letters import from_json
from tests.microsoft.graph_state import Box, Delivers, Item
from tests.microsoft.https import Answer, Asked, HttpsServer

LARGEST_REQUEST = 4 * 1024 * 1024


@dataclass
class Fault:
    """What goes wrong at the next request whose method and address match, so many times.

    `after` carries the request out first: then only its answer is wrong, or lost.
    """

    matches: str
    answer: Answer
    times: int = 1
    after: bool = False


class GraphServer(HttpsServer):
    """`mistakes` has what the contract did not allow, of either side; a test that leaves one there fails."""

    def __init__(self, pem: Path, directory: Directory, delivers: Delivers | None = None) -> None:
        super().__init__(pem)
        self._directory = directory
        self._delivers = delivers
        self.boxes: dict[str, Box] = {}
        self.faults: list[Fault] = []
        self.mistakes: list[str] = []
        self.sent: list[tuple[str, list[str], bytes]] = []
        # Makes MIME anew when it is asked for a message, as Exchange does.
        self.rebuild: Callable[[bytes], bytes] = lambda raw: raw
        self._uploads: dict[str, tuple[Item, dict[str, Any], bytearray]] = {}

    def box(self, user: str) -> Box:
        return self.boxes.setdefault(user.lower(), Box(user))

    def fail(self, matches: str, status: int = 503, *, code: str = "", times: int = 1, **headers: str) -> None:
        """Give this answer instead of carrying the request out."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults.append(Fault(matches, _error(status, code or "ServiceUnavailable", headers=named), times))

    def lose(self, matches: str, *, after: bool) -> None:
        """Cut the connection before the request is carried out, or after it."""
        self.faults.append(Fault(matches, Answer(drops=True), after=after))

    def respond(self, asked: Asked) -> Answer:
        target = urlsplit(asked.target).path
        if target.startswith("/upload/"):
            return self._uploaded(target.removeprefix("/upload/"), asked)
        fault = self._fault(asked)
        if fault is not None and not fault.after:
            return fault.answer
        mistake = mistake_of_request(asked)
        answer = self._refused(asked) or (_error(400, "BadRequest", mistake) if mistake else self._routed(asked))
        if fault is not None:
            return fault.answer
        self.mistakes += [found for found in (mistake, mistake_of_answer(asked, answer)) if found]
        return answer

    def _fault(self, asked: Asked) -> Fault | None:
        line = f"{asked.method} {unquote(asked.target)}"
        for fault in self.faults:
            if re.search(fault.matches, line):
                fault.times -= 1
                self.faults = [one for one in self.faults if one.times > 0]
                return fault
        return None

    def _refused(self, asked: Asked) -> Answer | None:
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or not self._directory.opens(token, f"https://{self.host}/"):
            return _error(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
        if 'IdType="ImmutableId"' not in asked.headers.get("prefer", ""):
            return _error(400, "BadRequest", "this double gives immutable ids alone")
        return None

    def _routed(self, asked: Asked) -> Answer:
        path = unquote(urlsplit(asked.target).path)
        found = re.fullmatch(r"/v1\.0/users/([^/]+)/(.*)", path)
        box = self.boxes.get(found[1].lower()) if found else None
        if found is None or box is None:
            return _error(404, "ErrorInvalidUser", "The requested user is invalid.")
        with box.lock:
            for method, pattern, does in self._routes():
                there = re.fullmatch(pattern, found[2])
                if there and method == asked.method:
                    return does(box, asked, *there.groups())
        return _error(405, "Request_BadRequest", f"this double knows no {asked.method} {path}")

    def _routes(self) -> list[tuple[str, str, Callable[..., Answer]]]:
        return [
            ("GET", r"mailFolders", self._folders),
            ("POST", r"mailFolders", self._make_folder),
            ("GET", r"mailFolders/([^/]+)", self._folder),
            ("GET", r"mailFolders/([^/]+)/childFolders", self._folders),
            ("GET", r"mailFolders/([^/]+)/messages/delta", self._delta),
            ("GET", r"mailFolders/([^/]+)/messages", self._list),
            ("POST", r"mailFolders/([^/]+)/messages", self._create),
            ("GET", r"messages", self._list),
            ("POST", r"messages", self._create),
            ("GET", r"messages/([^/]+)", self._message),
            ("PATCH", r"messages/([^/]+)", self._change),
            ("DELETE", r"messages/([^/]+)", self._delete),
            ("GET", r"messages/([^/]+)/\$value", self._value),
            ("POST", r"messages/([^/]+)/move", self._move),
            ("POST", r"messages/([^/]+)/send", self._send),
            ("POST", r"messages/([^/]+)/attachments", self._attach),
            ("POST", r"messages/([^/]+)/attachments/createUploadSession", self._open_upload),
        ]

    def _folders(self, box: Box, asked: Asked, parent: str = "") -> Answer:
        top, skip = int(_query(asked).get("$top", "10")), int(_query(asked).get("$skip", "0"))
        above = box.folder(parent) if parent else ""
        ids = [key for key, (_, under) in box.folders.items() if under == above]
        body: dict[str, Any] = {"value": [_shown(box, key) for key in ids[skip : skip + top]]}
        if len(ids) > skip + top:
            body["@odata.nextLink"] = self._link(asked, {**_query(asked), "$skip": str(skip + top)})
        return _json(body)

    def _make_folder(self, box: Box, asked: Asked) -> Answer:
        return _json(_shown(box, box.make_folder(json.loads(asked.body)["displayName"])), 201)

    def _folder(self, box: Box, _asked: Asked, name: str) -> Answer:
        found = box.folder(name)
        return _json(_shown(box, found)) if found else _error(404, "ErrorItemNotFound", "no such folder")

    def _delta(self, box: Box, asked: Asked, name: str) -> Answer:
        found = box.folder(name)
        if found is None:
            return _error(404, "ErrorItemNotFound", "no such folder")
        sizes = re.search(r"odata\.maxpagesize=(\d+)", asked.headers.get("prefer", ""))
        body = delta(box, found, _query(asked), int(sizes[1]) if sizes else 10, lambda more: self._link(asked, more))
        return _json(body) if body is not None else _error(410, "syncStateNotFound", "The sync state is not known.")

    def _list(self, box: Box, asked: Asked, name: str = "") -> Answer:
        query = _query(asked)
        if name and box.folder(name) is None:
            return _error(404, "ErrorItemNotFound", "no such folder")
        folders = [str(box.folder(name))] if name else list(box.folders)
        items = [item for folder in folders for item in box.in_folder(folder)]
        wanted = re.fullmatch(r"internetMessageId eq '(.*)'", query.get("$filter", ""))
        if wanted:
            items = [item for item in items if item.shown()["internetMessageId"] == wanted[1].replace("''", "'")]
        since = re.fullmatch(r"receivedDateTime ge (\S+)", query.get("$filter", ""))
        if since:
            items = [item for item in items if item.received_at >= datetime.fromisoformat(since[1])]
        top, skip = int(query.get("$top", "10")), int(query.get("$skip", "0"))
        body: dict[str, Any] = {"value": [item.shown() for item in items[skip : skip + top]]}
        if query.get("$count") == "true":
            body["@odata.count"] = len(items)
        if len(items) > skip + top:
            body["@odata.nextLink"] = self._link(asked, {**query, "$skip": str(skip + top)})
        return _json(body)

    def _create(self, box: Box, asked: Asked, folder: str = "drafts") -> Answer:
        if len(asked.body) > LARGEST_REQUEST:
            return Answer(413, b"")
        where = str(box.folder(folder))
        if asked.headers.get("content-type", "").startswith("text/plain"):
            item = box.put(base64.b64decode(asked.body, validate=True), where, is_draft=True)
        else:
            raw, flags = from_json(json.loads(asked.body))
            item = box.put(raw, where, is_draft=flags is None or bool(flags & 8), is_read=bool((flags or 0) & 1))
        return _json(item.shown(), 201)

    def _message(self, box: Box, asked: Asked, item_id: str) -> Answer:
        item = box.items.get(item_id)
        if item is None:
            return _error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        shown = item.shown()
        if "0xE08" in _query(asked).get("$expand", ""):
            shown["singleValueExtendedProperties"] = [{"id": "Integer 0xe08", "value": str(len(item.whole()))}]
        return _json(shown)

    def _change(self, box: Box, asked: Asked, item_id: str) -> Answer:
        item = box.items[item_id]
        changes = json.loads(asked.body)
        item.categories = changes.get("categories", item.categories)
        item.is_read = changes.get("isRead", item.is_read)
        box.touch(item)
        return Answer(204)

    def _delete(self, box: Box, _asked: Asked, item_id: str) -> Answer:
        box.remove(box.items[item_id])
        return Answer(204)

    def _value(self, box: Box, _asked: Asked, item_id: str) -> Answer:
        item = box.items.get(item_id)
        if item is None:
            return _error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        return Answer(200, self.rebuild(item.whole()), "application/octet-stream")

    def _move(self, box: Box, asked: Asked, item_id: str) -> Answer:
        item = box.items.get(item_id)
        folder = box.folder(json.loads(asked.body)["destinationId"])
        if item is None or folder is None:
            return _error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        box.move(item, folder)
        return _json(item.shown(), 201)

    def _send(self, box: Box, _asked: Asked, item_id: str) -> Answer:
        item = box.items.get(item_id)
        if item is None or not item.is_draft:
            return _error(404, "ErrorItemNotFound", "The specified object was not found in the store.")
        message = item.message
        named = [str(one) for name in ("To", "Cc", "Bcc") for one in message.get_all(name, [])]
        recipients = [address for _, address in getaddresses(named)]
        item.is_draft, item.is_read = False, True
        box.move(item, "folder-sentitems")
        self.sent.append((box.user, recipients, item.whole()))
        inside = [self.boxes[one.lower()] for one in recipients if one.lower() in self.boxes]
        for own in inside:
            own.put(item.whole())
        outside = [one for one in recipients if one.lower() not in self.boxes]
        if self._delivers is not None:
            self._delivers(box.user, outside, item.whole())
        return Answer(202)

    def _attach(self, box: Box, asked: Asked, item_id: str) -> Answer:
        given = json.loads(asked.body)
        file = {"name": given["name"], "type": given["contentType"], "content": base64.b64decode(given["contentBytes"])}
        box.items[item_id].files.append(file)
        return _json({"@odata.type": given["@odata.type"], "id": "file-1", "name": given["name"]}, 201)

    def _open_upload(self, box: Box, asked: Asked, item_id: str) -> Answer:
        wanted = json.loads(asked.body)["AttachmentItem"]
        key = f"session-{len(self._uploads)}"
        self._uploads[key] = (box.items[item_id], wanted, bytearray())
        body = {
            "uploadUrl": f"{self.url}/upload/{key}",
            "nextExpectedRanges": ["0-"],
            "expirationDateTime": "2030-01-01T00:00:00Z",
        }
        return _json(body)

    def _uploaded(self, key: str, asked: Asked) -> Answer:
        item, wanted, so_far = self._uploads[key]
        found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", asked.headers.get("content-range", ""))
        if "authorization" in asked.headers or found is None or int(found[1]) != len(so_far):
            self.mistakes.append(f"a piece of a file that does not fit: {asked.headers}")
            return _error(400, "BadRequest", "the piece does not fit")
        so_far += asked.body
        if len(so_far) < wanted["size"]:
            return _json({"nextExpectedRanges": [f"{len(so_far)}-"]})
        item.files.append({"name": wanted["name"], "type": wanted["contentType"], "content": bytes(so_far)})
        return Answer(201)

    def _link(self, asked: Asked, query: dict[str, str]) -> str:
        return f"{self.url}{urlsplit(asked.target).path}?{urlencode(query)}"


def _query(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.target).query).items()}


def _shown(box: Box, folder: str) -> dict[str, Any]:
    items = box.in_folder(folder)
    return {"id": folder, "displayName": box.folders[folder][0], "totalItemCount": len(items)}


def _json(body: dict[str, Any], status: int = 200) -> Answer:
    return Answer(status, json.dumps(body).encode())


def _error(status: int, code: str, words: str = "", headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps({"error": {"code": code, "message": words}}).encode(), headers=headers or {})
