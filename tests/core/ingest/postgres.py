"""A PostgreSQL of its own for tests: its own folder, a free port on loopback, and gone afterwards."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USER, PASSWORD, BASE = "clerk", "s3cret/p@ss", "shop"
QUOTED = "s3cret%2Fp%40ss"


@dataclass(frozen=True)
class Server:
    """A running server with a database ``shop`` and a user ``clerk``."""

    port: int

    def url(self, scheme: str = "postgresql", password: str = QUOTED, base: str = BASE) -> str:
        return f"{scheme}://{USER}:{password}@127.0.0.1:{self.port}/{base}"


def binaries() -> Path | None:
    """The folder of Debian's newest PostgreSQL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@contextmanager
def server(folder: Path, bin_: Path) -> Iterator[Server]:
    """Start a server in an empty folder, and stop it at the end."""
    prefix: list[str] = []
    if os.getuid() == 0:
        # It refuses to run as root.
        prefix = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
        shutil.chown(folder, "nobody", "nogroup")
    environment = {**os.environ, "LC_ALL": "C", "PGPASSWORD": PASSWORD}
    secret = folder / "password"
    secret.write_text(PASSWORD, encoding="utf-8")
    secret.chmod(0o644)
    base = folder / "base"

    def call(*words: str) -> None:
        subprocess.run([*prefix, *words], check=True, capture_output=True, env=environment, cwd=folder)

    call(
        str(bin_ / "initdb"),
        "-D",
        str(base),
        "-U",
        USER,
        "-A",
        "scram-sha-256",
        f"--pwfile={secret}",
        "-N",
        "-E",
        "UTF8",
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    call(str(bin_ / "pg_ctl"), "-D", str(base), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        call(str(bin_ / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", USER, BASE)
        yield Server(port)
    finally:
        call(str(bin_ / "pg_ctl"), "-D", str(base), "-m", "immediate", "-w", "stop")
