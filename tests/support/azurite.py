"""Microsoft's emulator of Blob storage, over TLS and with OAuth: an implementation that is not ours.

It has no hierarchical namespace and so no rights: it checks that tokens are whole, but lets everybody do everything.
"""

from __future__ import annotations

import base64
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from rumbo.stack.ports import choose
from support.dfs import Double
from support.dfs_tls import Authority

FOLDER = Path(__file__).resolve().parents[2] / "tools" / "azurite"
MAIN = FOLDER / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
NODE = Path(__file__).resolve().parents[2] / ".cache" / "rumbo" / "node" / "bin" / "node"
ACCOUNT = "rumboazurite"
READY_TIMEOUT_S = 120.0


@dataclass(frozen=True, slots=True)
class Azurite:
    url: str

    def make_container(self, name: str, double: Double, who: str, ca_file: Path) -> None:
        """Make a container with a token of the double's, which Azurite takes for Microsoft's."""
        headers = {"Authorization": f"Bearer {double.tokens.token_of(who)}", "x-ms-version": "2023-11-03"}
        trusted = ssl.create_default_context(cafile=str(ca_file))
        answer = httpx.put(
            f"{self.url}/{ACCOUNT}/{name}?restype=container",
            headers=headers,
            verify=trusted,
            trust_env=False,
        )
        assert answer.status_code == 201, answer.text


@contextmanager
def running_azurite(folder: Path, authority: Authority) -> Iterator[Azurite]:
    """Azurite on a free port with its data in `folder`. Fails where its packages are not there: `make setup-dev`."""
    node = shutil.which("node") or str(NODE)
    if not MAIN.is_file():
        pytest.fail("Azurite is not there: make setup-dev")
    port = choose(1)[0]
    command = [
        node, str(MAIN), "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder / "data"),
        "--oauth", "basic", "--cert", str(authority.certificate), "--key", str(authority.key),
        "--skipApiVersionCheck", "--disableTelemetry", "--silent",
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    env = os.environ | {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{base64.b64encode(os.urandom(32)).decode()}"}
    with (folder / "azurite.log").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=env, cwd=folder)
        try:
            _wait(process, port, folder / "azurite.log")
            yield Azurite(f"https://127.0.0.1:{port}")
        finally:
            process.terminate()
            process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        else:
            return
