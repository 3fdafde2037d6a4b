"""The newest migration, named here so that opening a store that is at it needs no Alembic. A test holds it true."""

NEWEST = "0021"
