"""Lets a scenario run in a stack: the region as its world, the stack's REST interface, and what a person is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx

from rumbo.errors import Conflict, RumboError
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.rest import RestStack
from rumbo.scenarios.run import Run, Tally
from rumbo.settings import Settings
from rumbo.stack.worlds import world_in

TIMEOUT_S = 120.0
ANY = "any"

Say = Callable[[str], None]


def settings_for(settings: Settings, scenario: Scenario) -> Settings:
    """The settings with the scenario's region where none is set. Raises Conflict where another one is."""
    if scenario.region == ANY:
        return settings
    if settings.region not in {"", scenario.region}:
        raise Conflict(
            f"The scenario {scenario.name} is for region {scenario.region!r}, and {settings.region!r} is asked for.",
            hint="Leave --region out, or write `region: any` in the file.",
        )
    return replace(settings, region=scenario.region)


def run_scenario(
    settings: Settings,
    scenario: Scenario,
    url: str,
    say: Say,
    stop: threading.Event,
    *,
    region: str = "",
    speed: float | None = None,
) -> Tally:
    """Run it in the stack at `url` until its end or until `stop`. Raises what the stack and `expand` raise."""
    own = region or ("" if scenario.region == ANY else scenario.region)
    with (
        httpx.Client(base_url=f"{url}/api/v1", timeout=TIMEOUT_S, trust_env=False) as client,
        world_in(settings, own) as world,
    ):
        stack = RestStack(client, say)
        if speed is not None:
            stack.set_rate(speed)
        return Run(scenario, world, stack, say, stop.wait).go()


def in_background(
    settings: Settings, scenario: Scenario, url: str, say: Say, stop: threading.Event
) -> threading.Thread:
    """Run it beside the stack of this process; what goes wrong is said and ends the scenario, not the stack."""

    def work() -> None:
        try:
            tally = run_scenario(settings, scenario, url, say, stop)
        except RumboError as exc:
            if not stop.is_set():  # a stack that stops does not answer any more
                say(f"The scenario {scenario.name} has ended: {exc}")
            return
        except Exception as exc:
            say(f"The scenario {scenario.name} has ended by an error of ours: {type(exc).__name__}")
            raise
        if not stop.is_set():
            counts = ", ".join(f"{name} {value}" for name, value in told(tally).items())
            say(f"All trips of {scenario.name} are planned: {counts}")

    thread = threading.Thread(target=work, name="scenario-run", daemon=True)
    thread.start()
    return thread


def told(tally: Tally) -> dict[str, Any]:
    """What a run came to, as figures by name."""
    outcomes = {outcome.value: count for outcome, count in tally.outcomes.items()}
    return {"vehicles": tally.vehicles, **outcomes, "late": tally.late}
