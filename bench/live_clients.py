"""Clients of the live socket: `python -m bench.live_clients URL COUNT SECONDS deaf|drain|measure` prints what they got.

`deaf` ones never read. `drain` counts frames, vehicles and bytes. `measure` reads also how old each report is when it
comes, from its speed (`live_server.py`), ms.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from dataclasses import dataclass, field

import numpy as np
from websockets.asyncio.client import connect

HEADER = struct.Struct("<BBHIddddd")
STEP_MS, STEPS = 4, 256
WARM_S = 3.0


@dataclass(slots=True)
class Got:
    frames: int = 0
    vehicles: int = 0
    frame_bytes: int = 0
    ages: list[np.ndarray] = field(default_factory=list)


async def listen(url: str, until: float, how: str, got: Got) -> None:
    # A deaf one takes what the kernel's buffers hold and no more.
    buffers = {"max_queue": 1} if how == "deaf" else {}
    async with connect(url, compression=None, max_size=None, **buffers) as socket:  # type: ignore[arg-type]
        if how == "deaf":
            await asyncio.sleep(until - time.monotonic())
            return
        begin = time.monotonic() + WARM_S
        while (left := until - time.monotonic()) > 0:
            try:
                message = await asyncio.wait_for(socket.recv(), left)
            except TimeoutError:
                return
            if isinstance(message, bytes) and time.monotonic() > begin:
                take(message, how, got)


def take(frame: bytes, how: str, got: Got) -> None:
    count = HEADER.unpack_from(frame)[3]
    got.frames += 1
    got.vehicles += count
    got.frame_bytes += len(frame)
    if how == "measure":
        now = time.time_ns() // 1_000_000 // STEP_MS
        speeds = np.frombuffer(frame, "<u4", offset=HEADER.size).reshape(-1, 3)[:, 2] >> 24
        got.ages.append((now - speeds.astype(np.int64)) % STEPS * STEP_MS)


async def main(url: str, count: int, seconds: float, how: str) -> None:
    got, until = Got(), time.monotonic() + seconds
    await asyncio.gather(*(listen(url, until, how, got) for _ in range(count)))
    ages = np.concatenate(got.ages) if got.ages else np.zeros(1)
    print(
        json.dumps({
            "frames": got.frames, "vehicles": got.vehicles, "bytes": got.frame_bytes,
            "p50_ms": float(np.percentile(ages, 50)), "p99_ms": float(np.percentile(ages, 99)),
            "seconds": seconds - WARM_S,
        })
    )  # fmt: skip


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]))
