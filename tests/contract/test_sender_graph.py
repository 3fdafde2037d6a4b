"""Sending through Graph: what is told of an answer that never came, and that nothing leaves twice."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from bot.errors import BotError, LoginRefusedError, PermanentError, TransientError, UncertainError
from bot.mail.envelope import Envelope
from bot.mailboxes.graph_sent import GraphSentFolder
from bot.oauth.login import AccessTokens
from bot.senders.account import GraphOutgoing
from bot.senders.graph import GraphSender
from tests.contract.places import GraphPlace, reached
from tests.microsoft.graph_server import GraphServer

DESK = GraphPlace.user
ENVELOPE = Envelope(DESK, ("pat@else.example",))


def letter(*sizes: int, text: str = "Here it is.\n") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = DESK, "Pat <pat@else.example>", "Your invoice"
    message["Message-ID"] = "<answer.1@northgate.example>"
    message.set_content(text)
    for number, size in enumerate(sizes):
        message.add_attachment(
            bytes([number]) * size, maintype="application", subtype="pdf", filename=f"INV {number}.pdf"
        )
    return message.as_bytes()


@pytest.fixture
def sender(graph_server: GraphServer, graph_tokens: AccessTokens) -> GraphSender:
    graph_server.box(DESK)
    return GraphSender(GraphOutgoing(reached(graph_server, graph_tokens)))


def test_a_message_that_was_sent_lies_in_sent_items_once(sender: GraphSender, graph_place: GraphPlace) -> None:
    receipt = sender.send(ENVELOPE, letter())
    assert receipt.is_filed
    folder = GraphSentFolder(graph_place.account())
    assert folder.holds("answer.1@northgate.example")
    folder.close()
    assert [item.folder for item in graph_place.box.items.values()] == ["folder-sentitems"]


def test_a_lost_answer_to_the_word_to_send_is_looked_up(sender: GraphSender, graph_server: GraphServer) -> None:
    graph_server.lose("/send", after=True)
    assert "found outside the drafts" in sender.send(ENVELOPE, letter()).answer
    assert len(graph_server.sent) == 1


@pytest.mark.parametrize("status", [500, 503, 504])
def test_a_failure_of_the_server_in_mid_send_is_a_question_to_a_person(
    sender: GraphSender, graph_server: GraphServer, status: int
) -> None:
    graph_server.fail("/send", status)
    with pytest.raises(UncertainError, match="among the drafts"):
        sender.send(ENVELOPE, letter())
    assert graph_server.sent == []


def test_where_nobody_can_look_the_sending_is_uncertain(sender: GraphSender, graph_server: GraphServer) -> None:
    graph_server.lose("/send", after=True)
    graph_server.lose("GET .*/messages/AAk", after=False)
    with pytest.raises(UncertainError, match="could not be looked into"):
        sender.send(ENVELOPE, letter())


def test_a_try_that_died_before_the_word_to_send_leaves_no_draft_behind(
    sender: GraphSender, graph_server: GraphServer, graph_place: GraphPlace
) -> None:
    graph_server.lose("POST .*/messages$", after=True)
    with pytest.raises(TransientError):
        sender.send(ENVELOPE, letter())
    assert [item.is_draft for item in graph_place.box.items.values()] == [True]
    sender.send(ENVELOPE, letter())
    assert [item.folder for item in graph_place.box.items.values()] == ["folder-sentitems"]
    assert len(graph_server.sent) == 1


def test_a_second_try_finds_what_the_first_has_sent(sender: GraphSender, graph_server: GraphServer) -> None:
    sender.send(ENVELOPE, letter())
    assert "sent already" in sender.send(ENVELOPE, letter()).answer
    assert len(graph_server.sent) == 1


def test_a_server_that_asks_for_a_pause_has_sent_nothing(sender: GraphSender, graph_server: GraphServer) -> None:
    graph_server.fail("/send", 429, Retry_After="900")
    with pytest.raises(TransientError, match="left alone for 900 seconds"):
        sender.send(ENVELOPE, letter())
    assert graph_server.sent == []


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(400, "ErrorInvalidRecipients", PermanentError), (403, "ErrorSendAsDenied", LoginRefusedError)],
)
def test_a_refusal_is_told_for_what_it_is(
    sender: GraphSender, graph_server: GraphServer, status: int, code: str, kind: type[BotError]
) -> None:
    graph_server.fail("/send", status, code=code)
    with pytest.raises(kind, match=code):
        sender.send(ENVELOPE, letter())
    assert graph_server.sent == []


def test_large_files_go_beside_the_message_in_pieces(sender: GraphSender, graph_server: GraphServer) -> None:
    sender.send(ENVELOPE, letter(4_000_000, 20, 200_000))
    ((_, recipients, raw),) = graph_server.sent
    sent = message_from_bytes(raw, policy=default)
    assert recipients == ["pat@else.example"]
    files = {part.get_filename(): part.get_content() for part in sent.iter_attachments()}  # type: ignore[attr-defined]
    assert {name: (len(file), file[:1]) for name, file in files.items()} == {
        "INV 0.pdf": (4_000_000, b"\0"),
        "INV 1.pdf": (20, b"\1"),
        "INV 2.pdf": (200_000, b"\2"),
    }
    assert len([line for line in graph_server.asked if line.startswith("PUT")]) == 2
    assert sent.get_body().get_content().strip() == "Here it is."  # type: ignore[attr-defined]


def test_a_text_that_is_too_large_is_refused_before_anything_is_sent(
    sender: GraphSender, graph_server: GraphServer
) -> None:
    with pytest.raises(PermanentError, match="no attachments"):
        sender.send(ENVELOPE, letter(text="x" * 70 + "\n" + ("y" * 70 + "\n") * 45_000))
    assert graph_server.sent == []


def test_recipients_that_the_header_does_not_name_are_refused(sender: GraphSender, graph_server: GraphServer) -> None:
    with pytest.raises(PermanentError, match="not those in the header"):
        sender.send(Envelope(DESK, ("pat@else.example", "sam@else.example")), letter())
    assert graph_server.sent == []


def test_a_copy_of_mail_that_left_by_another_way_is_no_draft(graph_place: GraphPlace) -> None:
    folder = GraphSentFolder(graph_place.account())
    folder.add(letter(100))
    folder.close()
    (item,) = graph_place.box.items.values()
    assert (item.folder, item.is_draft, item.is_read) == ("folder-sentitems", False, True)
    assert b"INV 0.pdf" in item.raw
