"""Opaque ids: `veh_` or `trp_` and 20 characters of Crockford's base 32 (100 bits)."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_LENGTH = 20
MAX_SEED = 2**53 - 1
"""The largest whole number that JSON readers keep exactly (RFC 8259 section 6)."""


def new_id(prefix: str, token: str | None = None) -> str:
    """An id: random, or always the same one for the same `token` (a request's idempotency token).

    An id that follows from the request makes a repeated creation find what the first one made, even where
    the process died between the two.
    """
    number = secrets.randbits(5 * _LENGTH) if token is None else _hashed(f"{prefix}:{token}")
    return f"{prefix}_" + "".join(_ALPHABET[number >> 5 * i & 31] for i in reversed(range(_LENGTH)))


def new_seed() -> int:
    """A random seed from 0 to `MAX_SEED`."""
    return secrets.randbelow(MAX_SEED + 1)


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:13]) >> 4
