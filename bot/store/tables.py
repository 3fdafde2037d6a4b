"""The tables: mail and work. Words are those of the design; migrations are generated against this file."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bot.desk.urgency import Rank
from bot.store.columns import BigId, Json, UtcDateTime
from bot.store.queue_indexes import NEVER, queue_indexes

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", BigId, Identity(), primary_key=True)


mailbox = Table(
    "mailbox",
    metadata,
    Column("slug", String(100), primary_key=True),
    Column("cursor", Json, nullable=True),
    # The set point, taken at the first poll: what arrived before is history.
    Column("since", UtcDateTime, nullable=True),
    Column("first_poll_at", UtcDateTime, nullable=True),
    Column("last_poll_at", UtcDateTime, nullable=True),
    Column("last_success_at", UtcDateTime, nullable=True),
    Column("error", Text, nullable=False, server_default=""),
    Column("failures", Integer, nullable=False, server_default="0"),
    # The kind of the error, "" where there is none.
    Column("trouble", String(40), nullable=False, server_default=""),
)

raw_message = Table(
    "raw_message",
    metadata,
    _id(),
    Column("sha256", String(64), nullable=False, unique=True),
    Column("fingerprint", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    # NULL where the bytes lie in the blob folder: from `blob_offset` on in the file `blob`, which the large messages of
    # one batch share. Rows from before the files were shared have neither: there the file is named by the sha256.
    Column("content", LargeBinary, nullable=True),
    Column("blob", String(64), nullable=True),
    Column("blob_offset", BigInteger, nullable=True),
    Column("stored_at", UtcDateTime, nullable=False),
    # waiting, done, redelivery, quarantined
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # The whole size where only the head was fetched.
    Column("whole_size", BigInteger, nullable=True),
    # A person looked at it in quarantine and let it in.
    Column("is_released", Boolean, nullable=False, server_default=text("false")),
    # The delivery that brought it first: where it is worked.
    Column("mailbox", String(100), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index("ix_raw_message_fingerprint", "fingerprint"),
    Index(
        "ix_raw_message_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
    sqlite_autoincrement=True,
)

delivery = Table(
    "delivery",
    metadata,
    _id(),
    Column("mailbox", String(100), nullable=False),
    Column("pointer", Text, nullable=False),
    Column("raw_message_id", BigId, ForeignKey("raw_message.id"), nullable=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    # stored, duplicate, quarantined, vanished
    Column("outcome", String(20), nullable=False),
    # Whether `after_store` was carried out, or asks for nothing.
    Column("is_settled", Boolean, nullable=False, server_default=text("true")),
    UniqueConstraint("mailbox", "pointer"),
    Index(
        "ix_delivery_unsettled",
        "mailbox",
        sqlite_where=text("NOT is_settled"),
        postgresql_where=text("NOT is_settled"),
    ),
    Index("ix_delivery_raw_message_id", "raw_message_id"),
)

quarantine = Table(
    "quarantine",
    metadata,
    _id(),
    Column("raw_message_id", BigId, ForeignKey("raw_message.id"), nullable=True),
    Column("mailbox", String(100), nullable=False),
    Column("pointer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("head", LargeBinary, nullable=True),
    Column("held_at", UtcDateTime, nullable=False),
    Column("released_at", UtcDateTime, nullable=True),
    Column("released_by", String(100), nullable=True),
    Index("ix_quarantine_released_at", "released_at"),
)

thread = Table(
    "thread",
    metadata,
    _id(),
    # Random, so that nobody can guess a thread from outside; it is part of our Message-IDs.
    Column("key", String(32), nullable=False, unique=True),
    Column("subject", Text, nullable=False),
    Column("customer_number", String(100), nullable=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("linked_thread_id", BigId, ForeignKey("thread.id"), nullable=True),
)

message = Table(
    "message",
    metadata,
    _id(),
    Column("thread_id", BigId, ForeignKey("thread.id"), nullable=False),
    Column("raw_message_id", BigId, ForeignKey("raw_message.id"), nullable=True),
    # inbound, outbound
    Column("direction", String(10), nullable=False),
    Column("mailbox", String(100), nullable=False),
    Column("message_id_header", Text, nullable=False),
    # A Message-ID may be longer than an index entry, so its hash is what is looked up.
    Column("message_id_sha256", String(64), nullable=False),
    Column("reference_ids", Json, nullable=False),
    Column("sender_name", Text, nullable=False),
    Column("sender_email", Text, nullable=False),
    Column("sender_key", Text, nullable=False),
    Column("recipients", Json, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("side", String(10), nullable=False),
    Column("customer_number", String(100), nullable=True),
    Column("automatic", String(20), nullable=True),
    Column("is_answerable", Boolean, nullable=False),
    Column("newest_text", Text, nullable=False),
    Column("quoted_text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("flags", Json, nullable=False),
    # What a person may want to take up: pairs of a kind and words, such as the original sender of a forward.
    Column("hints", Json, nullable=False, server_default="[]"),
    Column("verdict", Json, nullable=True),
    Column("disposition", String(20), nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_message_message_id_sha256", "message_id_sha256"),
    Index("ix_message_thread_id", "thread_id"),
    Index("ix_message_sender_key_received_at", "sender_key", "received_at"),
    # Unique: whoever else takes in the same raw message at the same time fails, and finds it done.
    Index("ix_message_raw_message_id", "raw_message_id", unique=True),
)

work_item = Table(
    "work_item",
    metadata,
    Column("id", BigId, Identity(start=1001), primary_key=True),
    Column("thread_id", BigId, ForeignKey("thread.id"), nullable=False),
    Column("category", String(40), nullable=False),
    Column("reason", String(40), nullable=True),
    Column("state", String(20), nullable=False),
    Column("queue", String(40), nullable=False),
    Column("side", String(10), nullable=False),
    Column("customer_number", String(100), nullable=True),
    Column("subject", Text, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime, nullable=True),
    Column("assignee", String(100), nullable=True),
    Column("resolution", String(40), nullable=True),
    Column("document_number", String(100), nullable=False, server_default=""),
    Column("resolved_at", UtcDateTime, nullable=True),
    Column("merged_into", BigId, ForeignKey("work_item.id"), nullable=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("flags", Json, nullable=False),
    Column("link", Text, nullable=False, server_default=""),
    Column("waiting_until", Date, nullable=True),
    # The version that the clocks were made for; 0 where they must be made anew.
    Column("clocked_version", Integer, nullable=False, server_default="0"),
    # Where the item stands in its queue, as the sweep of the clocks found it; `sort_at` is `due_at`, or far away.
    Column("rank", Integer, nullable=False, server_default=str(int(Rank.USUAL))),
    Column("sort_at", UtcDateTime, nullable=False, server_default=NEVER),
    # The largest sum at stake; 0 where none is known.
    Column("amount_cents", BigInteger, nullable=False, server_default="0"),
    Column("amount_currency", String(3), nullable=False, server_default=""),
    Index("ix_work_item_thread_id", "thread_id"),
    Index("ix_work_item_queue_state_id", "queue", "state", "id"),
    Index("ix_work_item_state_id", "state", "id"),
    Index("ix_work_item_customer_number_id", "customer_number", "id"),
    *queue_indexes(),
    Index(
        "ix_work_item_unclocked",
        "id",
        sqlite_where=text("clocked_version <> version"),
        postgresql_where=text("clocked_version <> version"),
    ),
    Index(
        "ix_work_item_waiting_until",
        "waiting_until",
        sqlite_where=text("waiting_until IS NOT NULL"),
        postgresql_where=text("waiting_until IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

work_item_message = Table(
    "work_item_message",
    metadata,
    Column("work_item_id", BigId, ForeignKey("work_item.id"), primary_key=True),
    Column("message_id", BigId, ForeignKey("message.id"), primary_key=True),
    Index("ix_work_item_message_message_id", "message_id"),
)

note = Table(
    "note",
    metadata,
    _id(),
    Column("work_item_id", BigId, ForeignKey("work_item.id"), nullable=False),
    Column("author", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Index("ix_note_work_item_id", "work_item_id"),
)

draft = Table(
    "draft",
    metadata,
    _id(),
    Column("thread_id", BigId, ForeignKey("thread.id"), nullable=False),
    Column("reply_to_message_id", BigId, ForeignKey("message.id"), nullable=True),
    Column("mailbox", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    # The newest version: the others lie in draft_version, unchanged.
    Column("version", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # What the ledger said of the account and the invoices when it was written; NULL where that did not matter.
    Column("basis", Json, nullable=True),
    Index("ix_draft_thread_id", "thread_id"),
    Index("ix_draft_state_id", "state", "id"),
)

draft_version = Table(
    "draft_version",
    metadata,
    Column("draft_id", BigId, ForeignKey("draft.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("recipients", Json, nullable=False),
    Column("copies", Json, nullable=False),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    # [name, content type, size, SHA-256] of each; the bytes lie in draft_file.
    Column("files", Json, nullable=False, server_default="[]"),
    Column("facts", Json, nullable=False),
    Column("template", Text, nullable=False),
    Column("author", String(100), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
)

draft_work_item = Table(
    "draft_work_item",
    metadata,
    Column("draft_id", BigId, ForeignKey("draft.id"), primary_key=True),
    Column("work_item_id", BigId, ForeignKey("work_item.id"), primary_key=True),
    Index("ix_draft_work_item_work_item_id", "work_item_id"),
)

approval = Table(
    "approval",
    metadata,
    _id(),
    Column("draft_id", BigId, ForeignKey("draft.id"), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    # approved, rejected
    Column("decision", String(10), nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("decided_by", String(100), nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Column("sha256", String(64), nullable=False, server_default=""),
)

outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("draft_id", BigId, ForeignKey("draft.id"), nullable=False, unique=True),
    Column("mailbox", String(100), nullable=False),
    Column("message_id_header", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipients", Json, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    Column("state", String(20), nullable=False),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("next_attempt_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=True),
    Column("sent_at", UtcDateTime, nullable=True),
    Column("error", Text, nullable=False, server_default=""),
    Column("refused", Json, nullable=False),
    Column("is_filed", Boolean, nullable=False, server_default=text("false")),
    # Recipients from whom it came back, each with the server's words.
    Column("returned", Json, nullable=False, server_default="[]"),
    # send, drafts: who sends it, the desk or a person from the Drafts folder.
    Column("way", String(10), nullable=False, server_default="send"),
    Column("in_drafts_at", UtcDateTime, nullable=True),
    Column("missing_since", UtcDateTime, nullable=True),
    Column("is_changed", Boolean, nullable=False, server_default=text("false")),
    Index("ix_outbox_state_next_attempt_at", "state", "next_attempt_at"),
    Index("ix_outbox_message_id_header", "message_id_header"),
)

record = Table(
    "record",
    metadata,
    _id(),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(100), nullable=False),
    Column("what", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Index("ix_record_subject", "subject"),
)
