"""Choosing and checking TCP ports on loopback."""

from __future__ import annotations

import random
import socket

from rumbo.errors import CannotStart

PORT_RANGE = range(20_000, 32_000)
"""Below the ephemeral range (Linux: 32768 to 60999), so that no outgoing connection sits on them."""


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(port: int, host: str) -> None:
    """Raises CannotStart with what to do where the port is taken or not ours to take."""
    if not 1 <= port <= 65_535:
        raise CannotStart(f"{port} is no TCP port.", hint="Use --port with a number from 1 to 65535.")
    if not is_free(port, host):
        raise CannotStart(
            f"Port {port} on {host} is taken.",
            hint=f"Stop what listens there, or choose another: --port {port + 10}.",
        )


def choose(count: int, host: str = "127.0.0.1", preferred: tuple[int, ...] = ()) -> list[int]:
    """`count` different free ports: those preferred first (a restart keeps its ports), then random ones."""
    chosen: list[int] = []
    candidates = [*preferred, *random.sample(PORT_RANGE, 200)]
    for port in candidates:
        if port not in chosen and is_free(port, host):
            chosen.append(port)
        if len(chosen) == count:
            return chosen
    raise CannotStart("No free ports on this machine.", hint="Stop some servers.")
