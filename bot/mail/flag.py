"""What can be odd about a message: one word each, and what it says to a person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Flag(StrEnum):
    # Who wrote it.
    NO_SENDER = "no_sender"
    MANY_SENDERS = "many_senders"
    IMPERSONATION = "impersonation"
    LOOK_ALIKE = "look_alike"
    REPLY_TO_ELSEWHERE = "reply_to_elsewhere"
    UNVERIFIED = "unverified"
    REWRITTEN_SENDER = "rewritten_sender"
    NEW_PARTICIPANT = "new_participant"
    ROBOT_SENDER = "robot_sender"
    # What it asks.
    BANK_DETAILS_CHANGED = "bank_details_changed"
    INSTRUCTS_MACHINE = "instructs_machine"
    NUMBER_OF_ANOTHER_ACCOUNT = "number_of_another_account"
    NUMBER_NOT_CONFIRMED = "number_not_confirmed"
    # How it came.
    ID_MISSING = "id_missing"
    ID_REPEATED = "id_repeated"
    ID_REUSED = "id_reused"
    DATE_MISSING = "date_missing"
    DATE_ODD = "date_odd"
    MANY_RECIPIENTS = "many_recipients"
    LOOP_SUSPECTED = "loop_suspected"
    SENDER_FLOOD = "sender_flood"
    OVERSIZE = "oversize"
    # What it holds.
    TEXT_HTML_DIFFER = "text_html_differ"
    HIDDEN_TEXT = "hidden_text"
    HTML_CUT = "html_cut"
    CHARSET_GUESSED = "charset_guessed"
    NO_TEXT = "no_text"
    FORWARDED = "forwarded"
    UNREAD_CONTAINER = "unread_container"
    PACKED_FILE = "packed_file"
    FILE_UNREAD = "file_unread"
    ATTACHMENTS_DROPPED = "attachments_dropped"
    INVITATION = "invitation"
    NUMBERS_MASKED = "numbers_masked"


# What a person must weigh before answering.
WARNINGS: Mapping[str, str] = {
    Flag.NO_SENDER: "The message names no sender",
    Flag.MANY_SENDERS: "The message names several senders",
    Flag.IMPERSONATION: "The name shows another address than the real sender",
    Flag.LOOK_ALIKE: "The sender's domain looks like a known one, but is not it",
    Flag.REPLY_TO_ELSEWHERE: "Replies would go to another domain than the sender's",
    Flag.UNVERIFIED: "It is not proven that the sender is who they say they are",
    Flag.BANK_DETAILS_CHANGED: "The message asks to change bank details: call back on a number you know",
    Flag.INSTRUCTS_MACHINE: "The message tries to give orders to a machine: nothing follows them",
    Flag.NUMBER_OF_ANOTHER_ACCOUNT: "The message names numbers of another account",
    Flag.ID_REUSED: "Another message came under the same Message-ID with other content",
    Flag.LOOP_SUSPECTED: "It may go round in circles between two machines",
    Flag.SENDER_FLOOD: "The sender writes more than anybody does by hand",
    Flag.OVERSIZE: "The message was too large to fetch: read it in the mailbox",
    Flag.TEXT_HTML_DIFFER: "The plain text and the formatted text name different sums",
    Flag.HIDDEN_TEXT: "The message carried hidden text, which was left out",
    Flag.HTML_CUT: "The message was too long to read whole: see the raw message",
    Flag.UNREAD_CONTAINER: "A part is encrypted or packed, so the desk could not read it",
    Flag.FILE_UNREAD: "An enclosed file could not be read",
    Flag.ATTACHMENTS_DROPPED: "There were too many attachments: some are only in the raw message",
}

REMARKS: Mapping[str, str] = {
    Flag.REWRITTEN_SENDER: "A list of ours had put its own address in place of the sender's",
    Flag.NEW_PARTICIPANT: "The sender is new in this conversation",
    Flag.ROBOT_SENDER: "The sender looks like a program",
    Flag.NUMBER_NOT_CONFIRMED: "The numbers could not be confirmed, as the sender is not known",
    Flag.ID_MISSING: "Without Message-ID",
    Flag.ID_REPEATED: "Several Message-IDs",
    Flag.DATE_MISSING: "Without a usable date: the time of receipt counts",
    Flag.DATE_ODD: "The date in the message is odd: the time of receipt counts",
    Flag.MANY_RECIPIENTS: "Sent to many recipients",
    Flag.CHARSET_GUESSED: "The character set was guessed: single letters may be wrong",
    Flag.NO_TEXT: "No text of its own",
    Flag.FORWARDED: "Forwarded",
    Flag.PACKED_FILE: "A packed file, which the desk does not open",
    Flag.INVITATION: "A calendar invitation",
    Flag.NUMBERS_MASKED: "Card or bank account numbers are covered; the raw message has them",
}
