"""The review page on a free port of this machine, for tests with a real browser."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

PATIENCE = 20.0


@contextmanager
def serving(app: FastAPI | Callable[[str], FastAPI]) -> Iterator[str]:
    """Serve in a thread; the address of the page. An app that must know it is made when it is known."""
    # Bound before the server starts, so that nobody else can take the port in between.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        served = app if isinstance(app, FastAPI) else app(address)
        server = uvicorn.Server(uvicorn.Config(served, log_level="warning", ws="none", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        ends_at = time.monotonic() + PATIENCE
        while not server.started:
            if time.monotonic() > ends_at or not thread.is_alive():
                raise RuntimeError("the review page did not start")
            time.sleep(0.02)
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
