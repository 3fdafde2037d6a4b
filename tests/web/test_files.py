"""What strangers enclose and format, looked at in place: nothing of it runs, loads or leads anywhere."""

from __future__ import annotations

import pytest

from bot.web.sanitised import sanitised
from tests.web.room import Room, make_letter

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30
HOSTILE = """<html><head><style>b{background:url(http://evil.example/s)}</style></head>
<body onload="alert(1)" background="http://evil.example/b">
<p style="position:fixed">We were <b onclick=alert(1)>charged twice</b> for INV-1001</p>
<img src="http://evil.example/pixel.png" alt="Our logo"><svg onload=alert(1)></svg><math><mtext></mtext></math>
<a href="javascript:alert(1)">bad</a> <a href="http://evil.example/pay">pay here</a>
<form action="http://evil.example"><input name=q><button>Send</button></form>
<iframe src="http://evil.example"></iframe><script>alert(1)</script><meta http-equiv=refresh content="0;url=http://evil.example">
<link rel=stylesheet href="http://evil.example/c.css"><base href="http://evil.example/"><object data=x></object>
</body></html>"""


def test_formatted_text_keeps_its_words_and_loses_all_that_acts(room: Room) -> None:
    number = room.arrive(make_letter(html=HOSTILE))
    assert '<iframe src="/messages/1/html" sandbox loading="lazy"' in room.client.get(f"/items/{number}").text
    answer = room.client.get("/messages/1/html")
    shown = answer.text
    assert "<b>charged twice</b>" in shown
    assert 'alt="Our logo"' in shown
    assert 'href="http://evil.example/pay"' in shown
    for bad in (
        "src=",
        "style=",
        "script",
        "onload",
        "onclick",
        "<svg",
        "<form",
        "<input",
        "<iframe",
        "<meta http",
        "url(",
    ):
        assert bad not in shown.lower(), bad
    for bad in ("<link", "<base", "<object", "background="):
        assert bad not in shown.lower(), bad


def test_the_frame_of_formatted_text_may_do_nothing(room: Room) -> None:
    room.arrive(make_letter(html=HOSTILE))
    answer = room.client.get("/messages/1/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "; sandbox;" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_message_without_html_has_no_formatted_text(room: Room) -> None:
    number = room.arrive(make_letter())
    assert "/messages/1/html" not in room.client.get(f"/items/{number}").text
    assert room.client.get("/messages/1/html").status_code == 404


@pytest.mark.parametrize("markup", ["<b>" * 5000, "<" * 5000, "&#0;<b>x", "<a href=' java\nscript:alert(1)'>x</a>"])
def test_odd_markup_is_cleaned_like_any_other(markup: str) -> None:
    shown = sanitised(markup)
    assert "script:" not in shown
    assert shown.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("name", "content", "content_type"),
    [
        ("scan.pdf", b"%PDF-1.7 x", "application/pdf"),
        ("photo.jpg", PNG, "image/png"),
        ("page.html", b"<html><script>alert(1)</script></html>", "text/plain; charset=utf-8"),
        ("list.csv", "é".encode("cp1252"), "text/plain; charset=utf-8"),
    ],
)
def test_what_can_be_shown_safely_is_shown_as_what_its_bytes_are(
    room: Room, name: str, content: bytes, content_type: str
) -> None:
    kind = "text/csv" if name.endswith("csv") else "application/octet-stream"
    number = room.arrive(make_letter(files={name: content}, file_type=kind))
    assert '/messages/1/attachments/1/view"' in room.client.get(f"/items/{number}").text
    answer = room.client.get("/messages/1/attachments/1/view")
    assert answer.headers["content-type"] == content_type
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    assert ("sandbox" in answer.headers["content-security-policy"]) == (content_type != "application/pdf")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content"), [("scan.pdf", b"MZ not a pdf"), ("x.svg", b"<svg onload='alert(1)'/>"), ("a.bin", b"\x00\x01")]
)
def test_everything_else_is_a_download_wherever_it_is_asked_for(room: Room, name: str, content: bytes) -> None:
    number = room.arrive(make_letter(files={name: content}))
    assert "/attachments/1/view" not in room.client.get(f"/items/{number}").text
    answer = room.client.get("/messages/1/attachments/1/view")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-type"] == "application/octet-stream"


def test_the_source_is_shown_as_text(room: Room) -> None:
    room.arrive(make_letter("We were charged twice. <script>alert(1)</script>"))
    answer = room.client.get("/messages/1/source")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "Message-ID:" in answer.text
