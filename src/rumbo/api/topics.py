"""Kafka's topics for people: what they hold, and a tail of their records that is bounded in time, memory and count."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rumbo.api.fields import to_text
from rumbo.errors import InvalidInput, NotFound, Unavailable
from rumbo.events.topics import TOPICS, Topic
from rumbo.fleet.pages import decode_key, encode_key
from rumbo.transport.port import Browser, Extent, Look, Record

AT_ONCE = 3
"""Looks into Kafka at a time."""
PATIENCE_S = 3.0
TIME_S = 3.0
SEARCHED = 20_000
"""Offsets that one request looks through at most."""
STRIDE = 3_000
"""Offsets of all partitions together that are asked for in one go."""
PAGE_BYTES = 2_000_000
_PLACES = re.compile(r"[0-9]{1,6}:[0-9]{1,18}(,[0-9]{1,6}:[0-9]{1,18}){0,99}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: `start` None is the end, `partition` None all; `text` stands in a key or payload."""

    partition: int | None = None
    start: int | None = None
    text: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Found:
    """Records in the order in which the brokers took them, how many were looked through, where to go on."""

    records: list[Record]
    searched: int
    reached: dict[int, int]


class Topics:
    """Rumbo's own topics, whatever else the cluster has. All methods raise Unavailable where Kafka does not answer."""

    def __init__(
        self,
        browser: Browser,
        topics: Iterable[Topic] = TOPICS,
        now_s: Callable[[], float] = time.monotonic,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._browser = browser
        self._topics = {topic.name: topic for topic in topics}
        self._now_s = now_s
        self._patience_s = patience_s
        self._free = threading.BoundedSemaphore(AT_ONCE)

    def all(self) -> list[dict[str, Any]]:
        """The contract's KafkaTopicOut, one a topic."""
        with self._turn():
            return [self._described(topic) for topic in self._topics.values()]

    def records(self, name: str, question: Question, cursor: str | None) -> dict[str, Any]:
        """The contract's RecordsOut. Raises NotFound, InvalidInput for an offset or partition that is not there."""
        if name not in self._topics:
            raise NotFound(f"There is no topic {name[:80]}.", hint=f"There are {', '.join(self._topics)}.")
        key = decode_key(name, cursor, _PLACES)
        with self._turn():
            there = _chosen(name, self._browser.extents(name), question)
            if key is not None:
                found = self._forth(name, _since(there, key), question)
            elif question.start is None:
                found = self._back(name, there, question)
            else:
                (partition,) = there
                span = Extent(question.start, there[partition].next)
                found = self._forth(name, {partition: span}, question)
        return _page(name, there, found, question)

    def _described(self, topic: Topic) -> dict[str, Any]:
        there = self._browser.extents(topic.name)
        config = dict(topic.config)
        return {
            "name": topic.name,
            "key": topic.key,
            "description": topic.description,
            "cleanup": config.get("cleanup.policy", "delete"),
            "records": sum(span.next - span.first for span in there.values()),
            "partitions": [_span(partition, span, span.next) for partition, span in there.items()],
        }

    def _forth(self, name: str, spans: Mapping[int, Extent], question: Question) -> Found:
        """From the spans' beginnings on, until there is enough or the bounds are reached."""
        until_s = self._now_s() + TIME_S
        kept: list[Record] = []
        searched, at = 0, {partition: span.first for partition, span in spans.items()}
        while len(kept) < question.limit and searched < SEARCHED:
            width = _width(len(spans))
            ahead = {
                p: Extent(at[p], min(span.next, at[p] + width))
                for p, span in spans.items()
                if at[p] < span.next
            }
            left_s = until_s - self._now_s()
            if not ahead or left_s <= 0:
                break
            look = self._browser.look(name, ahead, left_s)
            took, rest = _split(look, question, question.limit - len(kept))
            kept += took
            searched += sum(reached - at[p] for p, reached in rest.items())
            if rest == {p: at[p] for p in rest}:
                break  # nothing came in time
            at |= rest
        return Found(kept, searched, at)

    def _back(self, name: str, there: Mapping[int, Extent], question: Question) -> Found:
        """The newest records: strides from the end backwards, longer and longer, shorter where records are large."""
        until_s = self._now_s() + TIME_S
        kept: list[Record] = []
        searched, ends = 0, {partition: span.next for partition, span in there.items()}
        width = _width(len(there)) if question.text else min(_width(len(there)), question.limit + 20)
        while len(kept) < question.limit and searched < SEARCHED:
            behind = {
                p: Extent(max(span.first, ends[p] - width), ends[p])
                for p, span in there.items()
                if ends[p] > span.first
            }
            left_s = until_s - self._now_s()
            if not behind or left_s <= 0:
                break
            look = self._browser.look(name, behind, left_s)
            if any(look.reached[p] < span.next for p, span in behind.items()):
                if width == 1:
                    break
                width = max(1, width // 4)  # what was not reached is newer: there must be no gap
                continue
            kept = [record for record in look.records if _fits(record, question.text)] + kept
            searched += sum(span.next - span.first for span in behind.values())
            ends |= {p: span.first for p, span in behind.items()}
            width = min(width * 2, _width(len(there)))
        newest = sorted(kept, key=_order)[-question.limit :]
        return Found(newest, searched, {partition: span.next for partition, span in there.items()})

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._free.acquire(timeout=self._patience_s):
            raise Unavailable(f"{AT_ONCE} others look into Kafka already.", hint="Try again.")
        try:
            yield
        finally:
            self._free.release()


def _width(partitions: int) -> int:
    return max(1, STRIDE // max(1, partitions))


def _order(record: Record) -> tuple[int, int, int]:
    return record.timestamp_ms, record.partition, record.offset


def _fits(record: Record, text: str) -> bool:
    if not text:
        return True
    wanted = text.casefold()
    return wanted in (record.key or "").casefold() or wanted in _text(record).casefold()


def _text(record: Record) -> str:
    return (record.value or b"").decode(errors="replace")


def _chosen(name: str, there: Mapping[int, Extent], question: Question) -> dict[int, Extent]:
    """The partitions that are asked for. Raises InvalidInput."""
    partition = question.partition
    if partition is None:
        if question.start is not None and len(there) > 1:
            raise InvalidInput(
                f"An offset is of one partition, and {name} has {len(there)}.",
                hint="Name it with ?partition=.",
                field="partition",
            )
        if question.start is None:
            return dict(there)
        (partition,) = there
    if partition not in there:
        raise InvalidInput(
            f"{name} has no partition {partition}.", hint=f"It has 0 to {max(there)}.", field="partition"
        )
    span = there[partition]
    if question.start is not None and not span.first <= question.start <= span.next:
        raise InvalidInput(
            f"Partition {partition} of {name} holds offsets {span.first} to {span.next - 1}, not {question.start}."
            if span.next > span.first
            else f"Partition {partition} of {name} holds nothing; its next offset is {span.next}.",
            hint=f"Begin at {span.first} or later, or at the end with from=end.",
            field="from",
        )
    return {partition: span}


def _since(there: Mapping[int, Extent], key: str) -> dict[int, Extent]:
    """What came after a cursor. What a topic no longer holds is passed over; what it does not have yet is none."""
    at = {int(p): int(offset) for p, _, offset in (one.partition(":") for one in key.split(","))}
    return {
        p: Extent(min(max(at.get(p, span.first), span.first), span.next), span.next)
        for p, span in there.items()
    }


def _split(look: Look, question: Question, limit: int) -> tuple[list[Record], dict[int, int]]:
    """The first that fit, and by partition the offset to go on from."""
    took: list[Record] = []
    rest = dict(look.reached)
    for record in sorted(look.records, key=_order):
        if len(took) == limit:
            rest[record.partition] = min(rest[record.partition], record.offset)
        elif _fits(record, question.text):
            took.append(record)
    return took, rest


def _page(name: str, there: Mapping[int, Extent], found: Found, question: Question) -> dict[str, Any]:
    places = ",".join(f"{partition}:{offset}" for partition, offset in found.reached.items())
    return {
        "topic": name,
        "items": [_shown(record, PAGE_BYTES // question.limit) for record in found.records],
        "partitions": [_span(p, span, found.reached.get(p, span.next)) for p, span in there.items()],
        "searched": found.searched,
        "behind": sum(span.next - found.reached.get(p, span.next) for p, span in there.items()),
        "next_cursor": encode_key(name, places),
    }


def _span(partition: int, span: Extent, at: int) -> dict[str, int]:
    return {"partition": partition, "first": span.first, "next": span.next, "at": at}


def _shown(record: Record, longest: int) -> dict[str, Any]:
    text = None if record.value is None else _text(record)
    return {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": to_text(record.timestamp_ms),
        "key": record.key,
        "payload": text if text is None else text[:longest],
        "size": len(record.value or b""),
        "cut": text is not None and len(text) > longest,
    }
