"""`creditdesk run` and its pieces: the desk at work."""

from __future__ import annotations

import signal
from types import FrameType

import click
import uvicorn

from bot.bootstrap import Desk
from bot.cli.balance import print_round
from bot.cli.desk import open_desk
from bot.jobs.embedded import EmbeddedEngine
from bot.jobs.once import run_once
from bot.jobs.watchdog import Watchdog
from bot.log import set_up
from bot.web.app import create_app

_host = click.option("--host", help="Where the review page listens; default as configured.")
_port = click.option("--port", type=int)


@click.command()
@click.option("--once", is_flag=True, help="Poll every mailbox once, work everything off, print the balance.")
@_host
@_port
@click.pass_context
def run(ctx: click.Context, host: str | None, port: int | None, *, once: bool) -> None:
    """Scheduler, workers and review page in one process, until SIGTERM or Ctrl-C.

    With --once it exits 1 where a mailbox failed or its balance does not close.
    """
    with open_desk(ctx, needs_secrets=True) as desk:
        if once:
            done = run_once(desk)
            print_round(done)
            ctx.exit(0 if done.is_good else 1)
        set_up("info")
        engine, watchdog = EmbeddedEngine(desk), Watchdog(desk)
        engine.start()
        watchdog.start()
        try:
            serve(desk, host, port)
        finally:
            watchdog.stop()
            engine.stop()


@click.command()
@_host
@_port
@click.pass_context
def web(ctx: click.Context, host: str | None, port: int | None) -> None:
    """The review page alone; another process polls and sends."""
    with open_desk(ctx) as desk:
        serve(desk, host, port)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def serve(desk: Desk, host: str | None = None, port: int | None = None) -> None:
    """Answer requests until a signal ends it; uvicorn lets running requests finish.

    It raises the signal again when it is done, and then this process ends as one that did what it was asked.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    settings = desk.settings.web
    uvicorn.run(
        create_app(desk),
        host=host or settings.host,
        port=port if port is not None else settings.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )
