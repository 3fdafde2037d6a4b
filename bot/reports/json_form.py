"""A report as plain values for JSON: each figure with the list behind it. Spans are seconds, shares between 0 and 1."""

from __future__ import annotations

from datetime import timedelta

from bot.reports.report import Cell, Report, Table

Plain = dict[str, object]


def as_json(report: Report) -> Plain:
    return {
        "name": report.name,
        "title": report.title,
        "since": report.since.isoformat(),
        "as_of": report.as_of.isoformat(),
        "headlines": list(report.headlines),
        "tables": [_table(one) for one in report.tables],
    }


def _table(table: Table) -> Plain:
    rows = [
        {
            "name": row.name,
            "thing": row.thing,
            "cells": {column: _cell(cell) for column, cell in zip(table.columns, row.cells, strict=True)},
        }
        for row in table.rows
    ]
    return {"slug": table.slug, "title": table.title, "rows": rows}


def _cell(cell: Cell) -> str | Plain:
    if isinstance(cell, str):
        return cell
    behind = [{"thing": one.thing, "value": _value(one.value)} for one in cell.entries]
    return {"measure": cell.measure.value, "value": _value(cell.value), "behind": behind}


def _value(value: object) -> object:
    return value.total_seconds() if isinstance(value, timedelta) else value
