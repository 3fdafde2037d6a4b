"""What the search finds, and under which words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import bot.store.columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entry",
        sa.Column("id", bot.store.columns.BigId, sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("subject_id", bot.store.columns.BigId, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("at", bot.store.columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_entry_subject", "search_entry", ["kind", "subject_id", "version"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        # Only which entry has which word: no text is kept a second time.
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(words, content='', detail=none, columnsize=0,"
            " tokenize=\"unicode61 remove_diacritics 0 tokenchars ':@.+-_'\")"
        )
    else:
        op.execute(
            "CREATE TABLE search_words (entry_id BIGINT PRIMARY KEY REFERENCES search_entry (id), words TSVECTOR NOT NULL)"
        )
        op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")


def downgrade() -> None:
    op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
