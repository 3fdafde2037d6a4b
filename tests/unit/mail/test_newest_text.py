"""What was written now, told from what was quoted, in the forms and languages of many mailers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.mail.newest_text import split_quotes, split_text

NEW = "Please add PO 4500 to the invoice."
OLD = "Kindly pay invoice 4711."

QUOTES = {
    "gmail": f"On Mon, Mar 2, 2026 at 9:01 AM Bo <bo@x.example> wrote:\n> {OLD}",
    "gmail wrapped": f"On Mon, Mar 2, 2026 at 9:01 AM A Very Long Name\n<bo@x.example> wrote:\n\n> {OLD}",
    "weekday only": f"On Tue, Bo wrote:\n{OLD}",
    "outlook": f"From: Bo <bo@x.example>\nSent: Monday, March 2, 2026 9:01 AM\nTo: Ada\nSubject: Bill\n\n{OLD}",
    "outlook bold": f"*From:* Bo <bo@x.example>\n*Sent:* Monday\n*To:* Ada\n*Subject:* Invoice\n\n{OLD}",
    "outlook ruled": f"________________________________\nFrom: Bo <bo@x.example>\nSent: Monday\nTo: Ada\n\n{OLD}",
    "outlook old": f"-----Original Message-----\nFrom: Bo\nTo: Ada\nSubject: Invoice\n\n{OLD}",
    "outlook german": f"Von: Bo <bo@x.example>\nGesendet: Montag, 2. März 2026\nAn: Ada\nBetreff: Rechnung\n\n{OLD}",
    "outlook french": f"De : Bo <bo@x.example>\nEnvoyé : lundi 2 mars 2026 09:01\nÀ : Ada\nObjet : Facture\n\n{OLD}",
    "outlook spanish": f"De: Bo <bo@x.example>\nEnviado el: lunes, 2 de marzo\nPara: Ada\nAsunto: Factura\n\n{OLD}",
    "german": f"Am 02.03.2026 um 09:01 schrieb Bo <bo@x.example>:\n> {OLD}",
    "french": f"Le 2 mars 2026 à 09:01, Bo <bo@x.example> a écrit :\n> {OLD}",
    "spanish": f"El lun, 2 mar 2026 a las 9:01, Bo (<bo@x.example>) escribió:\n> {OLD}",
    "marked header": f">> From: bo@x.example\n>> Subject: Invoice\n>> {OLD}",
    "no introduction": f"> {OLD}\n> and more",
    "webmail": f"---- Bo <bo@x.example> wrote ----\n{OLD}",
    "dashes and a name": f"-----\nFrom: Bo Smith\n{OLD}",
    "notes": f"Bo Smith\n03/02/2026 09:01 AM\nTo: Ada/Acme\ncc:\nSubject: Invoice\n\n{OLD}",
    "notes forward": f"---------- Forwarded by Bo/Acme on\n03/02/2026 09:01 AM ----------\n\n{OLD}",
    "dutch": f"Op ma 2 mrt. 2026 om 09:01 schreef Bo <bo@x.example>:\n> {OLD}",
}


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_the_quote_is_cut(quote: str) -> None:
    newest, quoted = split_text(f"{NEW}\n\n{quote}\n")
    assert newest == NEW
    assert OLD in quoted


@pytest.mark.parametrize("quote", [quote for quote in QUOTES.values() if f"> {OLD}" in quote])
def test_new_text_below_the_quote_is_found(quote: str) -> None:
    newest, quoted = split_text(f"{quote}\n\n{NEW}\n")
    assert newest == NEW
    assert OLD in quoted


def test_answers_between_quoted_lines_are_kept() -> None:
    text = "On 2 March 2026, Bo wrote:\n> Which PO?\n4500.\n> Which date?\nMarch 1.\n"
    newest, quoted = split_text(text)
    assert newest == "4500.\nMarch 1."
    assert "> Which PO?" in quoted


def test_the_rest_of_a_wrapped_quoted_line_is_no_answer() -> None:
    wrapped = "> " + "word " * 15 + "\nand rest\n> next line"
    assert split_text(f"{NEW}\n\n{wrapped}")[0] == NEW


@pytest.mark.parametrize(
    "text",
    [
        "From: Dallas\nTo: Houston\nplease send the pallets.",
        "He wrote: the invoice is wrong.\nFix it.",
        "Items:\n- 5 pallets\n- 2 boxes\n\nThat is all.",
        "On the invoice we wrote: 5 pallets.\nSend 4.",
        "Ship to:\nAcme\n--\nMain St 5\n" + "line\n" * 14 + "Invoice 4711 is wrong.",
    ],
)
def test_what_only_resembles_a_quote_is_kept(text: str) -> None:
    assert split_text(text) == (text, "")


@pytest.mark.parametrize(
    "tail",
    [
        "-- \nAda Byron\nAcme Ltd, 555-0100",
        "--\nAda Byron",
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Get Outlook for iOS",
        "CONFIDENTIALITY NOTICE: this is for the addressee only.\nDelete it otherwise.",
        "This e-mail and its attachments are confidential and intended for the addressee.",
        "Please consider the environment before printing this.",
    ],
)
def test_signatures_and_disclaimers_at_the_end_are_cut(tail: str) -> None:
    assert split_text(f"{NEW}\n\n{tail}\n")[0] == NEW


def test_a_closing_that_goes_on_is_no_signature() -> None:
    text = "Kind regards to the team, but we still need order 77."
    assert split_text(text)[0] == text


def test_a_disclaimer_that_names_a_sum_is_kept() -> None:
    text = f"{NEW}\n\nThis message is intended to say: refund $500 for invoice 4711."
    assert "refund $500" in split_text(text)[0]


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside the organization. Do not click links or open attachments.",
        "[EXTERNAL EMAIL] Do not click links unless you recognize the sender.",
        "*** WARNING ***: external sender.\nDo not click links or open attachments.",
        "You don't often get email from ada@acme.example. Learn why this is important",
    ],
)
def test_the_warning_of_a_gateway_is_cut(banner: str) -> None:
    assert split_text(f"{banner}\n\n{NEW}")[0] == NEW


def test_a_text_that_begins_with_attention_is_kept() -> None:
    text = "Attention Accounts Receivable:\nInvoice 4711 is wrong."
    assert split_text(text)[0] == text


def test_an_empty_forward_is_what_was_forwarded() -> None:
    split = split_quotes(
        f"---------- Forwarded message ---------\nFrom: Bo <bo@x.example>\nSubject: Invoice\n\n{NEW}\n"
    )
    assert (split.newest, split.is_forward, split.is_unwrapped) == (NEW, True, True)


def test_a_forward_of_a_forward_gives_the_top_of_what_was_passed_on() -> None:
    inner = (
        f"From: Cy <cy@x.example>\nSent: Monday\nSubject: a\n\n{NEW}\n\nFrom: Di <di@x.example>\nSent: Sunday\n\n{OLD}"
    )
    split = split_quotes(f"From: Bo <bo@x.example>\nSent: Tuesday\nSubject: b\n\n{inner}")
    assert split.newest == NEW


@pytest.mark.parametrize(
    "text", ["> only quoted", "-- \nAda", "Sent from my iPhone", "On 1.1. Bo wrote:\n> x", "____\n"]
)
def test_where_there_is_text_the_newest_is_not_empty(text: str) -> None:
    assert split_text(text)[0]


@pytest.mark.parametrize(
    "bait",
    [
        "On a b c " * 20_000,
        "On x y\n" * 5_000,
        "\n" * 100_000,
        "From: x\n" * 5_000,
        "From: a@b.c\nSent: x\n" * 3_000,
        ">" * 200_000,
        " " * 1_000_000,
        "-" * 200_000,
        ">>>> From: a\n" * 3_000,
        "this message " * 20_000,
    ],
)
def test_bait_is_read_in_linear_time(bait: str) -> None:
    began = time.process_time()
    split_text(bait)
    assert time.process_time() - began < 2


WORDS = st.sampled_from(
    ["Pay", "\n", "> ", "From: a@b.c", "Sent: x", "On 1, B wrote:", "-- ", "____", " ", "CAUTION: external"]
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=25).map("".join))
def test_no_text_is_lost_altogether(text: str) -> None:
    newest, _ = split_text(text)
    assert bool(newest) == bool(text.strip())
