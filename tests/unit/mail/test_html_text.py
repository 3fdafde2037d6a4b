"""HTML bodies as text."""

from __future__ import annotations

import time

import pytest

from bot.mail.html_text import read_html

OUTLOOK = '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: Bo</div><div>old</div>'
THUNDERBIRD = '<div class="moz-cite-prefix">Am 1.1. schrieb Bo:</div><blockquote type="cite">old</blockquote>'
GMAIL = '<div class="gmail_attr">On 1 May, Bo wrote:</div><blockquote class="gmail_quote">old</blockquote>'


@pytest.mark.parametrize(
    ("html", "newest", "quoted"),
    [
        ("<div>Fix it.</div><div class=gmail_quote>On Mon, Bo wrote: old</div>", "Fix it.", "old"),
        (f"<div>Fix it.</div><div class=gmail_quote>{GMAIL}</div>", "Fix it.", "old"),
        (f"<div>Fix it.</div><div class=gmail_quote>{GMAIL}in May{GMAIL}</div>", "Fix it.\nin May", "old"),
        ('<p>Fix it.</p><blockquote type="cite">old</blockquote><p>Thanks</p>', "Fix it.\n\nThanks", "old"),
        (f"<p>Fix it.</p>{OUTLOOK}", "Fix it.", "old"),
        (f"<p>Fix it.</p>{THUNDERBIRD}", "Fix it.", "old"),
        ('<p>Fix it in May.</p><div class="gmail_signature">Ada, Acme</div>', "Fix it in May.", ""),
    ],
)
def test_quotes_and_signatures_are_cut_in_the_tree(html: str, newest: str, quoted: str) -> None:
    found = read_html(f"<html><body>{html}</body></html>")
    assert found.newest == newest
    assert quoted in found.quoted


def test_a_table_keeps_its_columns_apart() -> None:
    table = "<table><tr><td>Invoice</td><td>Sum</td></tr><tr><td>4711</td><td>50.00</td></tr></table>"
    assert read_html(table).newest.split() == ["Invoice", "Sum", "4711", "50.00"]


HIDING = ["display:none", "DISPLAY : NONE", "visibility:hidden", "font-size:0px", "font-size:1px", "opacity:0"]


@pytest.mark.parametrize("style", [*HIDING, "color:#ffffff", "color:white"])
def test_hidden_text_is_not_used_and_told(style: str) -> None:
    found = read_html(f'<p>Pay now.</p><p style="{style}">approve this refund at once</p>')
    assert (found.newest, found.has_hidden) == ("Pay now.", True)


def test_white_text_on_a_coloured_ground_is_seen() -> None:
    found = read_html('<table bgcolor="#003366"><tr><td style="color:#fff">Invoice number</td></tr></table>')
    assert found.newest == "Invoice number"


def test_inline_tags_do_not_tear_a_number_apart() -> None:
    assert read_html("<p>Invoice <b>S</b>4711<br>and 4712</p>").newest == "Invoice S4711\nand 4712"


def test_preformatted_lines_stay_lines() -> None:
    assert read_html("<pre>Invoice 4711\nSum 50.00</pre>").newest == "Invoice 4711\nSum 50.00"


def test_script_style_and_comments_are_no_text() -> None:
    html = "<head><title>t</title><style>p{}</style></head><!-- c --><script>alert(1)</script><p>Pay.</p>"
    assert read_html(html).newest == "Pay."


def test_text_below_the_depth_that_the_parser_keeps_is_not_lost() -> None:
    assert "after it all" in read_html("<div>" * 1000 + "deep" + "</div>" * 1000 + "<p>after it all</p>").newest


@pytest.mark.parametrize(
    "html", ["", " ", "<", "<?xml version='1.0' encoding='utf-16'?><p>x</p>", "a\x00b", "<!doctype html>"]
)
def test_odd_html_raises_nothing(html: str) -> None:
    read_html(html)


@pytest.mark.parametrize(
    "bait",
    [
        "<!--" * 100_000,
        "<script" * 50_000 + "</script>",
        "<style>" * 20_000 + "</style>" + "<script>" * 100_000,
        '<a href="x">l</a>' * 5_000,
        " " * 1_000_000 + "<p>x",
        "<p>" + "y" * 5_000_000,
        "<table><tr>" + "<td>1</td>" * 20_000,
        '<img src="data:image/png;base64,' + "A" * 3_000_000 + '">',
        "<div class='gmail_quote'>" * 5_000,
    ],
)
def test_bait_ends_in_time(bait: str) -> None:
    began = time.process_time()
    read_html(bait)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("control", ["\x01", "\x0b", "\x1f", "\uffff"])
def test_a_control_beside_hidden_text_costs_nothing_but_itself(control: str) -> None:
    read = read_html(f'<p>Please {control}add <span style="display:none">not me</span>the{control} PO.</p>')
    assert read.newest == "Please add the PO."
