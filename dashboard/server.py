"""The server: Streamlit's app under uvicorn, with security headers on every answer and a route that says when it is ready."""

import base64
import hashlib
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.access import newest
from dashboard.data_folder import folder_in_use
from dashboard.early import STREAMLIT, Early, early_script
from dashboard.registry import PAGES

HOST = "127.0.0.1"
PORT = 8501
TRIED_PORTS = 100
SWITCH_SECONDS = 0.0005
APP = Path(__file__).parent / "app.py"
START = PAGES[0].key
CLOSED = ("/_stcore/metrics", "/_stcore/agent")


def serve(port: int) -> None:
    """Serve the dashboard on this machine until it is stopped."""
    url = f"http://{HOST}:{port}"
    # The thread that runs a page would else keep the one that sends it waiting for 5 ms at every message.
    sys.setswitchinterval(SWITCH_SECONDS)

    @asynccontextmanager
    async def running(_app: st.App) -> AsyncIterator[None]:
        sys.stdout.write(f"\nClientele is at {url}\nStop it with Ctrl+C.\n")
        sys.stdout.flush()
        yield

    app = st.App(
        APP,
        lifespan=running,
        routes=[Route("/api/ready", _ready), Route(f"/{START}", _start)],
        middleware=[
            Middleware(Guard, policy=content_policy(early_script(STREAMLIT), *_inline_scripts())),
            Middleware(Early),
        ],
    )
    app.run(config={"server.address": HOST, "server.port": port, "logger.hideWelcomeMessage": True})


def free_port(wanted: int | None = None) -> int:
    """The port to serve on: the wanted one, else 8501 or the next that is free.

    Raises
    ------
    OSError
        The wanted port is taken, or a hundred are.
    """
    candidates = [wanted] if wanted is not None else range(PORT, PORT + TRIED_PORTS)
    for port in candidates:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError(f"port {candidates[0]} is taken" if wanted is not None else "no port is free")


def content_policy(*scripts: str) -> str:
    """The content security policy: our own files only, and the inline scripts of the page by their hashes."""
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *(f"'sha256-{one}'" for one in hashes), "'wasm-unsafe-eval'"]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "worker-src": "'self' blob:",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


class Guard:
    """Middleware: security headers on every answer, and Streamlit's routes that nobody here needs are closed."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self._app = app
        self._headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), microphone=(), geolocation=(), clipboard-write=(self)",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        closed = scope["path"].startswith(CLOSED)
        answer = PlainTextResponse("Not found", 404) if closed else self._app
        await answer(scope, receive, send_guarded)


async def _ready(_request: Request) -> JSONResponse:
    version = newest(folder_in_use())
    return JSONResponse({"ready": version is not None, "snapshot": version}, 200 if version is not None else 503)


async def _start(request: Request) -> RedirectResponse:
    """The start page also answers to its own name."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


def _inline_scripts() -> list[str]:
    page = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    return re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
