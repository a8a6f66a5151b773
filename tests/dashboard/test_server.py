"""The server's own parts: policy, port, routes."""

import asyncio
import base64
import hashlib
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp

from dashboard.early import SCRIPTS, STREAMLIT, Early, early_script, head
from dashboard.server import HOST, Guard, content_policy, free_port


def test_policy_allows_the_inline_script_by_its_hash_and_no_other() -> None:
    script = "\n window.ready = false\n"
    policy = content_policy(script)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}' 'wasm-unsafe-eval';" in policy
    assert "unsafe-eval'" not in policy.replace("wasm-unsafe-eval", "")
    assert "frame-ancestors 'none'" in policy


def test_a_taken_port_gives_the_next_one_unless_it_was_asked_for() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} is taken"):
            free_port(port)
    assert free_port() >= 8501


GUARDED = Guard(PlainTextResponse("here"), "default-src 'self'")


def answer(path: str, app: ASGIApp = GUARDED) -> tuple[int, dict[str, str], bytes]:
    """What an app answers, by default the guard before a server that says "here": status, headers, body."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b""}
    # In a thread of its own: a browser that another test opened has an event loop running in this one.
    with ThreadPoolExecutor() as pool:
        pool.submit(asyncio.run, app(scope, receive, send)).result()
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers, sent[1]["body"]


@pytest.mark.parametrize("path", ["/", "/rfm", "/media/x.csv", "/_stcore/metrics"])
def test_every_answer_has_the_headers(path: str) -> None:
    _, headers, _ = answer(path)
    assert headers["content-security-policy"] == "default-src 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/agent/openapi.json"])
def test_routes_that_nobody_needs_are_closed(path: str) -> None:
    assert answer(path)[0] == 404
    assert answer("/_stcore/health")[::2] == (200, b"here")


def test_the_page_asks_early_for_its_scripts_and_nothing_else_is_changed() -> None:
    html = "<html><head><title>x</title></head><body></body></html>"
    _, headers, body = answer("/rfm", Early(HTMLResponse(html)))
    assert body.decode() == html.replace("</head>", f"{head(STREAMLIT)}</head>")
    assert headers["content-length"] == str(len(body))
    assert answer("/x.css", Early(PlainTextResponse("</head>")))[2] == b"</head>"


def test_the_early_scripts_are_files_that_streamlit_has_and_its_page_does_not_name_itself() -> None:
    named = re.findall(rf'href="{SCRIPTS}([^"]+)"', head(STREAMLIT))
    assert {name.split(".")[0] for name in named} >= {"PlotlyChart", "DataFrame", "Multiselect", "Selectbox", "Metric"}
    assert len(named) == len(set(named))
    page = (STREAMLIT / "index.html").read_text()
    for name in named:
        assert (STREAMLIT / "static" / "js" / name).is_file()
        assert name not in page
    assert f"<script>{early_script(STREAMLIT)}</script>" in head(STREAMLIT)


def test_scripts_come_from_memory_and_only_those_of_streamlit() -> None:
    below = Early(PlainTextResponse("below"))
    name = next(path.name for path in (STREAMLIT / "static" / "js").glob("PlotlyChart.*.js"))
    status, headers, body = answer(f"{SCRIPTS}{name}", below)
    assert status == 200
    assert body == (STREAMLIT / "static" / "js" / name).read_bytes()
    assert headers["content-type"].startswith("text/javascript")
    assert "immutable" in headers["cache-control"]
    for path in (f"{SCRIPTS}../index.html", f"{SCRIPTS}nothing.js", f"{SCRIPTS}/etc/passwd", "/static/css/x.css"):
        assert answer(path, below)[2] == b"below"
