"""Answers given to requests with an Idempotency-Key, kept for a day so that a repeated request gets the same."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from rumbo.fleet.database import Database
from rumbo.fleet.tables import ANSWERS
from rumbo.fleet.world import WallClock

KEPT_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Answer:
    request_hash: str
    status: int
    headers: dict[str, str]
    body: bytes


class Answers:
    """The kept answers by request token. Thread-safe."""

    def __init__(self, database: Database, wall_ms: WallClock) -> None:
        self._database = database
        self._wall_ms = wall_ms

    def find(self, token: str) -> Answer | None:
        """The answer given to this token in the last 24 hours."""
        query = select(ANSWERS).where(
            ANSWERS.c.key == token, ANSWERS.c.created_wall_ms > self._wall_ms() - KEPT_MS
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return Answer(row.request_hash, row.status, json.loads(row.headers), zlib.decompress(row.body))

    def keep(self, token: str, answer: Answer) -> None:
        """Keep an answer, unless one is kept already, and let go of old ones."""
        now_ms = self._wall_ms()
        try:
            with self._database.write() as connection:
                connection.execute(delete(ANSWERS).where(ANSWERS.c.created_wall_ms <= now_ms - KEPT_MS))
                connection.execute(
                    insert(ANSWERS).values(
                        key=token,
                        request_hash=answer.request_hash,
                        status=answer.status,
                        headers=json.dumps(answer.headers),
                        body=zlib.compress(answer.body, 3),
                        created_wall_ms=now_ms,
                    )
                )
        except IntegrityError:
            return
