"""First tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate",
        sa.Column("customer_number", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("imported_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("customer_number", "state", "number", name=op.f("pk_certificate")),
    )
    op.create_table(
        "customer",
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), server_default="", nullable=False),
        sa.Column("language", sa.String(length=10), server_default="en", nullable=False),
        sa.Column("account_manager", sa.Text(), server_default="", nullable=False),
        sa.Column("imported_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_customer")),
    )
    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "invoice",
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("tax_cents", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("po_number", sa.String(length=100), server_default="", nullable=False),
        sa.Column("po_key", sa.String(length=100), server_default="", nullable=False),
        sa.Column("ship_to_state", sa.String(length=10), server_default="", nullable=False),
        sa.Column("imported_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_invoice")),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index("ix_invoice_customer_number", ["customer_number"], unique=False)
        batch_op.create_index("ix_invoice_key", ["key"], unique=False)
        batch_op.create_index("ix_invoice_po_key", ["po_key"], unique=False)

    op.create_table(
        "login_failure",
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("user_name", "at", name=op.f("pk_login_failure")),
    )
    op.create_table(
        "mailbox",
        sa.Column("slug", sa.String(length=100), nullable=False),
        sa.Column("cursor", bot.store.columns.Json, nullable=True),
        sa.Column("since", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("first_poll_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("last_poll_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("last_success_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "raw_message",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("stored_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("received_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_message")),
        sa.UniqueConstraint("sha256", name=op.f("uq_raw_message_sha256")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("raw_message", schema=None) as batch_op:
        batch_op.create_index("ix_raw_message_fingerprint", ["fingerprint"], unique=False)
        batch_op.create_index(
            "ix_raw_message_waiting",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "record",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(length=100), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("before", bot.store.columns.Json, nullable=False),
        sa.Column("after", bot.store.columns.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.create_index("ix_record_subject", ["subject"], unique=False)

    op.create_table(
        "sales_order",
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=False),
        sa.Column("ordered_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("po_number", sa.String(length=100), server_default="", nullable=False),
        sa.Column("po_key", sa.String(length=100), server_default="", nullable=False),
        sa.Column("po_status", sa.String(length=20), server_default="none", nullable=False),
        sa.Column("imported_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_sales_order")),
    )
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.create_index("ix_sales_order_customer_number", ["customer_number"], unique=False)
        batch_op.create_index("ix_sales_order_key", ["key"], unique=False)
        batch_op.create_index("ix_sales_order_po_key", ["po_key"], unique=False)

    op.create_table(
        "thread",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=True),
        sa.Column("opened_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("linked_thread_id", bot.store.columns.BigId, nullable=True),
        sa.ForeignKeyConstraint(["linked_thread_id"], ["thread.id"], name=op.f("fk_thread_linked_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("key", name=op.f("uq_thread_key")),
    )
    op.create_table(
        "user_account",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_user_account")),
    )
    op.create_table(
        "contact",
        sa.Column("customer_number", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=320), nullable=False),
        sa.ForeignKeyConstraint(["customer_number"], ["customer.number"], name=op.f("fk_contact_customer_number")),
        sa.PrimaryKeyConstraint("customer_number", "kind", "value", name=op.f("pk_contact")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index("ix_contact_value", ["value"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("raw_message_id", bot.store.columns.BigId, nullable=True),
        sa.Column("received_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["raw_message_id"], ["raw_message.id"], name=op.f("fk_delivery_raw_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("mailbox", "pointer", name=op.f("uq_delivery_mailbox_pointer")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_raw_message_id", ["raw_message_id"], unique=False)

    op.create_table(
        "message",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("thread_id", bot.store.columns.BigId, nullable=False),
        sa.Column("raw_message_id", bot.store.columns.BigId, nullable=True),
        sa.Column("direction", sa.String(length=10), nullable=False),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("message_id_header", sa.Text(), nullable=False),
        sa.Column("message_id_sha256", sa.String(length=64), nullable=False),
        sa.Column("reference_ids", bot.store.columns.Json, nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("sender_email", sa.Text(), nullable=False),
        sa.Column("sender_key", sa.Text(), nullable=False),
        sa.Column("recipients", bot.store.columns.Json, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sent_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("received_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=True),
        sa.Column("automatic", sa.String(length=20), nullable=True),
        sa.Column("is_answerable", sa.Boolean(), nullable=False),
        sa.Column("newest_text", sa.Text(), nullable=False),
        sa.Column("quoted_text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("attachments", bot.store.columns.Json, nullable=False),
        sa.Column("flags", bot.store.columns.Json, nullable=False),
        sa.Column("verdict", bot.store.columns.Json, nullable=True),
        sa.Column("disposition", sa.String(length=20), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["raw_message_id"], ["raw_message.id"], name=op.f("fk_message_raw_message_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_message_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_message_id_sha256", ["message_id_sha256"], unique=False)
        batch_op.create_index("ix_message_raw_message_id", ["raw_message_id"], unique=True)
        batch_op.create_index("ix_message_sender_key", ["sender_key"], unique=False)
        batch_op.create_index("ix_message_thread_id", ["thread_id"], unique=False)

    op.create_table(
        "quarantine",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("raw_message_id", bot.store.columns.BigId, nullable=True),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("pointer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.Column("held_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("released_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("released_by", sa.String(length=100), nullable=True),
        sa.ForeignKeyConstraint(["raw_message_id"], ["raw_message.id"], name=op.f("fk_quarantine_raw_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
    )
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.create_index("ix_quarantine_released_at", ["released_at"], unique=False)

    op.create_table(
        "session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("csrf_token", sa.String(length=64), nullable=False),
        sa.Column("created_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_name"], ["user_account.name"], name=op.f("fk_session_user_name")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_session")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_user_name", ["user_name"], unique=False)

    op.create_table(
        "work_item",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False, start=1001), nullable=False),
        sa.Column("thread_id", bot.store.columns.BigId, nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("customer_number", sa.String(length=100), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("opened_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("due_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("assignee", sa.String(length=100), nullable=True),
        sa.Column("resolution", sa.String(length=40), nullable=True),
        sa.Column("document_number", sa.String(length=100), server_default="", nullable=False),
        sa.Column("resolved_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("merged_into", bot.store.columns.BigId, nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("flags", bot.store.columns.Json, nullable=False),
        sa.Column("link", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["merged_into"], ["work_item.id"], name=op.f("fk_work_item_merged_into")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_work_item_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.create_index("ix_work_item_queue_state_id", ["queue", "state", "id"], unique=False)
        batch_op.create_index("ix_work_item_state_id", ["state", "id"], unique=False)
        batch_op.create_index("ix_work_item_thread_id", ["thread_id"], unique=False)

    op.create_table(
        "draft",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("thread_id", bot.store.columns.BigId, nullable=False),
        sa.Column("reply_to_message_id", bot.store.columns.BigId, nullable=True),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["reply_to_message_id"], ["message.id"], name=op.f("fk_draft_reply_to_message_id")),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name=op.f("fk_draft_thread_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index("ix_draft_state_id", ["state", "id"], unique=False)
        batch_op.create_index("ix_draft_thread_id", ["thread_id"], unique=False)

    op.create_table(
        "note",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("work_item_id", bot.store.columns.BigId, nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_note_work_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index("ix_note_work_item_id", ["work_item_id"], unique=False)

    op.create_table(
        "work_item_message",
        sa.Column("work_item_id", bot.store.columns.BigId, nullable=False),
        sa.Column("message_id", bot.store.columns.BigId, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_work_item_message_message_id")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_work_item_message_work_item_id")),
        sa.PrimaryKeyConstraint("work_item_id", "message_id", name=op.f("pk_work_item_message")),
    )
    with op.batch_alter_table("work_item_message", schema=None) as batch_op:
        batch_op.create_index("ix_work_item_message_message_id", ["message_id"], unique=False)

    op.create_table(
        "approval",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", bot.store.columns.BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("sha256", sa.String(length=64), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_approval_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_approval_draft_id")),
    )
    op.create_table(
        "draft_version",
        sa.Column("draft_id", bot.store.columns.BigId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recipients", bot.store.columns.Json, nullable=False),
        sa.Column("copies", bot.store.columns.Json, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", bot.store.columns.Json, nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("written_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_version_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "version", name=op.f("pk_draft_version")),
    )
    op.create_table(
        "draft_work_item",
        sa.Column("draft_id", bot.store.columns.BigId, nullable=False),
        sa.Column("work_item_id", bot.store.columns.BigId, nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_draft_work_item_draft_id")),
        sa.ForeignKeyConstraint(["work_item_id"], ["work_item.id"], name=op.f("fk_draft_work_item_work_item_id")),
        sa.PrimaryKeyConstraint("draft_id", "work_item_id", name=op.f("pk_draft_work_item")),
    )
    with op.batch_alter_table("draft_work_item", schema=None) as batch_op:
        batch_op.create_index("ix_draft_work_item_work_item_id", ["work_item_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(always=False), nullable=False),
        sa.Column("draft_id", bot.store.columns.BigId, nullable=False),
        sa.Column("mailbox", sa.String(length=100), nullable=False),
        sa.Column("message_id_header", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("recipients", bot.store.columns.Json, nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_attempt_at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.Column("claimed_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("sent_at", bot.store.columns.UtcDateTime(), nullable=True),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("refused", bot.store.columns.Json, nullable=False),
        sa.Column("is_filed", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(["draft_id"], ["draft.id"], name=op.f("fk_outbox_draft_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_outbox_draft_id")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_state_next_attempt_at", ["state", "next_attempt_at"], unique=False)

    if op.get_bind().dialect.name == "sqlite":
        # Work items are numbered from CD-1001 on every database; PostgreSQL has it in the column itself.
        op.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('work_item', 1000)")
        # The record is only ever appended to, whatever program holds the file open.
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER record_no_{change.lower()} BEFORE {change} ON record "
                "BEGIN SELECT RAISE(ABORT, 'the record is only ever appended to'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION record_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the record is only ever appended to'; END $$"
        )
        op.execute(
            "CREATE TRIGGER record_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON record "
            "EXECUTE FUNCTION record_is_append_only()"
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_state_next_attempt_at")

    op.drop_table("outbox")
    with op.batch_alter_table("draft_work_item", schema=None) as batch_op:
        batch_op.drop_index("ix_draft_work_item_work_item_id")

    op.drop_table("draft_work_item")
    op.drop_table("draft_version")
    op.drop_table("approval")
    with op.batch_alter_table("work_item_message", schema=None) as batch_op:
        batch_op.drop_index("ix_work_item_message_message_id")

    op.drop_table("work_item_message")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index("ix_note_work_item_id")

    op.drop_table("note")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index("ix_draft_thread_id")
        batch_op.drop_index("ix_draft_state_id")

    op.drop_table("draft")
    with op.batch_alter_table("work_item", schema=None) as batch_op:
        batch_op.drop_index("ix_work_item_thread_id")
        batch_op.drop_index("ix_work_item_state_id")
        batch_op.drop_index("ix_work_item_queue_state_id")

    op.drop_table("work_item")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("ix_session_user_name")

    op.drop_table("session")
    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_index("ix_quarantine_released_at")

    op.drop_table("quarantine")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_thread_id")
        batch_op.drop_index("ix_message_sender_key")
        batch_op.drop_index("ix_message_raw_message_id")
        batch_op.drop_index("ix_message_message_id_sha256")

    op.drop_table("message")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_raw_message_id")

    op.drop_table("delivery")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index("ix_contact_value")

    op.drop_table("contact")
    op.drop_table("user_account")
    op.drop_table("thread")
    with op.batch_alter_table("sales_order", schema=None) as batch_op:
        batch_op.drop_index("ix_sales_order_po_key")
        batch_op.drop_index("ix_sales_order_key")
        batch_op.drop_index("ix_sales_order_customer_number")

    op.drop_table("sales_order")
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_index("ix_record_subject")

    op.drop_table("record")
    with op.batch_alter_table("raw_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_raw_message_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_raw_message_fingerprint")

    op.drop_table("raw_message")
    op.drop_table("mailbox")
    op.drop_table("login_failure")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index("ix_invoice_po_key")
        batch_op.drop_index("ix_invoice_key")
        batch_op.drop_index("ix_invoice_customer_number")

    op.drop_table("invoice")
    op.drop_table("installation")
    op.drop_table("customer")
    op.drop_table("certificate")
