"""What Microsoft publishes of Graph, asked of every request and of every answer."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import yaml
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.microsoft.https import Answer, Asked

DESCRIPTION = Path(__file__).parent / "graph-mail.yaml"
SERVER = "https://graph.microsoft.com"


class _Request:
    def __init__(self, asked: Asked) -> None:
        parts = urlsplit(asked.target)
        self.host_url = SERVER
        self.path = unquote(parts.path)
        self.method = asked.method.lower()
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(parse_qsl(parts.query)),
            header=Headers(dict(asked.headers)),
            cookie=ImmutableMultiDict(),
        )
        self.content_type = asked.headers.get("content-type", "").partition(";")[0]
        self.body = asked.body or None


class _Response:
    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.headers = Headers(answer.headers)
        self.content_type = answer.content_type
        self.data = answer.body or None


@cache
def _described() -> OpenAPI:
    return OpenAPI.from_dict(yaml.load(DESCRIPTION.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def mistake_of_request(asked: Asked) -> str:
    """What is wrong with it, "" where nothing is."""
    try:
        _described().validate_request(_Request(asked))
    except OpenAPIError as error:
        return f"{asked.method} {asked.target}: {_told(error)}"
    return ""


def mistake_of_answer(asked: Asked, answer: Answer) -> str:
    try:
        _described().validate_response(_Request(asked), _Response(answer))
    except OpenAPIError as error:
        return f"answer to {asked.method} {asked.target}: {_told(error)}"
    return ""


def _told(error: Any) -> str:
    behind = error.__cause__ if error.__cause__ is not None else error
    return f"{type(error).__name__}: {behind} {getattr(behind, 'schema_errors', '')}"[:2000]
