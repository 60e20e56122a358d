"""`rumbo up` refines each day that is over by itself, where no Airflow does.

A day is due once the world has driven past its end, its rows in landing have stood still between two looks, and they
differ from those it was refined of: late rows make a day due again. A child process does the work, `rumbo refine`, one
at a time; while the world's clock races, days pile up and are refined together. A failure is told, stops nothing,
and is tried again only when the day's rows change.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rumbo.children import RUMBO, guarded, kill_group
from rumbo.errors import RumboError
from rumbo.lake.places import Lake
from rumbo.lake.refined_days import Landed, changed_days, landed_days
from rumbo.pipeline.refine import LAYERS

log = logging.getLogger(__name__)

LOOK_EVERY_S = 30.0
QUALITY, NOTHING = 1, 99
type Say = Callable[[str], None]
type Days = tuple[str, str]


@dataclass(slots=True)
class Due:
    """Decides which days to refine, from two looks at landing and what failed before."""

    seen: Landed = field(default_factory=dict)
    failed: Landed = field(default_factory=dict)

    def look(self, landed: Landed, changed: Sequence[str], world_ms: int | None) -> list[str]:
        """Days that are over, still, changed since they were refined, and have not failed just so."""
        before, self.seen = self.seen, landed
        if world_ms is None:
            return []
        today = str(datetime.fromtimestamp(world_ms / 1000, UTC).date())
        return [
            day
            for day in changed
            if day < today and before.get(day) == landed.get(day) != self.failed.get(day)
        ]

    def fail(self, days: Sequence[str]) -> None:
        self.failed |= {day: self.seen[day] for day in days if day in self.seen}


def spans(days: Sequence[str]) -> list[Days]:
    """Days in order as spans without gaps, both ends included."""
    found: list[Days] = []
    for day in days:
        if found and date.fromisoformat(day) == date.fromisoformat(found[-1][1]) + timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


class DailyRefinement:
    """The thread that looks and the child that works. `world_ms`: how far the world is driven, None where unknown."""

    def __init__(
        self, lake: Lake, world_ms: Callable[[], int | None], log_file: Path, env: Mapping[str, str], say: Say
    ) -> None:
        self._lake = lake
        self._world_ms = world_ms
        self._log_file = log_file
        self._env = env
        self._say = say
        self._due = Due()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="daily-refinement", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends the child too; what it had not published stays as it was."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(30.0)

    def _run(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            try:
                self.step()
            except (RumboError, OSError) as exc:
                log.warning("The days could not be looked at: %s", exc)

    def step(self) -> None:
        """One look, and the work that it finds."""
        landed = landed_days(self._lake)
        days = self._due.look(landed, changed_days(self._lake, LAYERS, landed), self._world_ms())
        for first, last in spans(days):
            if self._stop.is_set():
                return
            code = self._refine(first, last)
            named = first if first == last else f"{first} to {last}"
            if code in {0, NOTHING}:
                self._say(f"Refined {named}: see lake/staging and lake/common")
            elif not self._stop.is_set():
                self._due.fail([day for day in days if first <= day <= last])
                why = "a quality rule stopped it" if code == QUALITY else f"it ended with {code}"
                self._say(f"{named} could not be refined: {why}. See {self._log_file}; try `rumbo refine`")

    def _refine(self, first: str, last: str) -> int:
        command = [*RUMBO, "refine", "--from", first, "--to", last]
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        with self._log_file.open("ab") as out:
            child = subprocess.Popen(
                guarded(command, signal.SIGKILL),
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                env=dict(self._env), start_new_session=True,
            )  # fmt: skip
        while child.poll() is None:
            if self._stop.wait(0.2):
                kill_group(child.pid)
                child.wait()
        kill_group(child.pid)  # a dead driver must not leave its JVM behind
        return child.returncode
