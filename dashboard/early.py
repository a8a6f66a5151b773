"""The first chart sooner: Streamlit's scripts from memory, asked for before the page knows that it will want them."""

import re
from functools import cache, lru_cache
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STREAMLIT = Path(st.__file__).parent / "static"
SCRIPTS = "/static/js/"
# Scripts that every page needs and that Streamlit loads late, the largest first.
PRELOADED = (
    "PlotlyChart",
    "StreamlitMarkdown",
    "DataFrame",
    "Multiselect",
    "Selectbox",
    "Radio",
    "BidiComponent",
    "Metric",
    "Button",
    "ButtonGroup",
    "DownloadButton",
)
_IMPORT = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")
_KEPT = "public, immutable, max-age=31536000"


class Early:
    """Middleware: Streamlit's page begins to load what it needs, and its scripts come from memory.

    Nothing is compressed on its way within this machine.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and scope["path"].startswith(SCRIPTS):
            name = scope["path"].removeprefix(SCRIPTS)
            if name in _names(STREAMLIT):
                answer = Response(_script(STREAMLIT, name), 200, {"Cache-Control": _KEPT}, "text/javascript")
                await answer(scope, receive, send)
                return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, _Page(send))


class _Page:
    """Holds a page back until all of it is there, because its length changes; passes anything else on."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._held: list[Message] = []

    async def __call__(self, message: Message) -> None:
        starts = message["type"] == "http.response.start"
        if starts and MutableHeaders(scope=message).get("content-type", "").startswith("text/html"):
            self._held.append(message)
        elif not self._held:
            await self._send(message)
        else:
            self._held.append(message)
            if not message.get("more_body"):
                await self._finish()

    async def _finish(self) -> None:
        start, *parts = self._held
        body = b"".join(part.get("body", b"") for part in parts)
        body = body.replace(b"</head>", f"{head(STREAMLIT)}</head>".encode(), 1)
        headers = MutableHeaders(scope=start)
        if "content-length" in headers:
            headers["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


@cache
def head(static: Path) -> str:
    """What the page's head ends with: the early script, and the names of all scripts that will be needed."""
    links = (f'<link rel="modulepreload" href="{SCRIPTS}{name}">' for name in _needed(static))
    return f"<script>{early_script(static)}</script>" + "".join(links)


@cache
def early_script(static: Path) -> str:
    """A script that tells Streamlit where its server is, and evaluates its own scripts while the page waits for it anyway.

    Without the first, a page below the root looks for its server in its own folder and waits half a second before it tries again;
    without the second, the browser asks for the scripts, and evaluates them, only when the first chart has arrived.
    """
    known = "{BACKEND_BASE_URL: location.origin, HOST_CONFIG: {allowedOrigins: [location.origin], useExternalAuthToken: false}}"
    imports = (f'requestIdleCallback(() => import("{SCRIPTS}{name}"));' for name in _late(static))
    return f"window.__streamlit = {known};" + "".join(imports)


def _late(static: Path) -> list[str]:
    """Files of the scripts in ``PRELOADED``; their names carry a hash."""
    names = sorted(_names(static))
    return [name for wanted in PRELOADED for name in names if name.startswith(f"{wanted}.")]


def _needed(static: Path) -> list[str]:
    """The late scripts and, once each, all that they import and that Streamlit's page does not name itself."""
    page = (static / "index.html").read_text(encoding="utf-8")
    found = dict.fromkeys(_late(static))
    waiting = list(found)
    while waiting:
        imported = _IMPORT.findall(_script(static, waiting.pop(0)).decode())
        new = [name for name in imported if name not in found]
        found.update(dict.fromkeys(new))
        waiting += new
    return [name for name in found if name not in page]


@cache
def _names(static: Path) -> frozenset[str]:
    return frozenset(path.name for path in (static / "static" / "js").glob("*.js"))


@lru_cache(maxsize=256)
def _script(static: Path, name: str) -> bytes:
    return (static / "static" / "js" / name).read_bytes()
