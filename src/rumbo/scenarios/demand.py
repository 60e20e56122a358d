"""What may stand under `demand`: each kind of driving, as it is written in the file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rumbo.scenarios.values import Kinds, Length, Name, Range, Record, Rule, Share, Spot, TimeOfDay, Window

EVERY_DAY = "FREQ=DAILY"
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
HAILING_BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 8, 9, 6, 5, 5, 6, 6, 5, 6, 7, 9, 10, 9, 8, 7, 6, 4)
"""Ours: a morning and a longer evening peak, as taxis of large towns show them."""


class Commuters(Record):
    """Each vehicle has a home and a place of work, and drives to and fro."""

    kind: Literal["commuters"]
    fleet: Name
    days: Rule = WORKDAYS
    share_of_days: Share = Field(0.9, description="Chance that a vehicle drives on one of the days.")
    out: Window = Window.model_validate({"from": "06:30", "until": "09:00"})
    back: Window = Window.model_validate({"from": "16:00", "until": "18:30"})
    home: Kinds = ("home",)
    work: Kinds = ("work",)


class Deliveries(Record):
    """Tours from a depot past many stops and back, several a day."""

    kind: Literal["deliveries"]
    fleet: Name
    days: Rule = WORKDAYS
    hours: Window = Window.model_validate({"from": "07:30", "until": "18:00"})
    depots: Annotated[int, Field(ge=1, le=100)] = 1
    depot: Kinds = ("work",)
    depot_at: Annotated[tuple[Spot, ...], Field(max_length=100)] = Field(
        (), description="Where the depots are, instead of drawing them."
    )
    tours_per_day: Annotated[int, Field(ge=1, le=20)] = 2
    stops: Annotated[tuple[int, int], Field(description="Least and most stops of a tour, up to 48.")] = (
        6,
        14,
    )
    stop: Kinds = ("home", "work")
    dwell: Range = Range(least="1min", most="6min")
    loading: Length = "20min"


class Line(Record):
    """One line: there and back between its two ends."""

    name: Name
    stops: Annotated[tuple[Spot, ...], Field(max_length=50)] = Field(
        (), description="The stops in order, 2 to 50; left out: drawn on the map."
    )
    stop_count: Annotated[int, Field(ge=2, le=50)] = 8
    ends_apart_km: Annotated[float, Field(gt=0.0, le=500.0)] = Field(
        3.0, description="As the crow flies, where stops are drawn."
    )
    headway: Length = "15min"
    first: TimeOfDay = "06:00"
    last: TimeOfDay = "22:00"


class Lines(Record):
    """A timetable: a vehicle runs a line to its other end, rests, runs back, rests."""

    kind: Literal["lines"]
    fleet: Name
    days: Rule = EVERY_DAY
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=100)]
    stop: Kinds = ("stop",)
    dwell: Length = "20s"
    layover: Length = "5min"


class RideHailing(Record):
    """Requests over the day; the nearest free vehicle takes each and drives by the pick-up to the goal."""

    kind: Literal["ride_hailing"]
    fleet: Name
    days: Rule = EVERY_DAY
    hours: Window = Window.model_validate({"from": "06:00", "until": "25:00"})
    requests_per_day: Annotated[int, Field(ge=1, le=100_000)]
    by_hour: Annotated[
        tuple[Annotated[float, Field(ge=0.0, le=1_000_000.0)], ...], Field(min_length=24, max_length=24)
    ] = Field(HAILING_BY_HOUR, description="Weights of the hours 0 to 23.")
    patience: Length = "8min"
    pick_up_dwell: Length = "45s"
    base: Kinds = ("work",)
    pick_up: Kinds = ("home", "work", "leisure", "station")
    goal: Kinds = ("home", "work", "leisure", "station")


class Recurring(Record):
    """The same trip again and again: there, a stay, and back."""

    kind: Literal["recurring"]
    fleet: Name
    when: Rule = Field(
        description="RFC 5545 rule with its times of day: FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=8;BYMINUTE=30.",
        examples=["FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=8;BYMINUTE=30"],
    )
    start: Spot | Kinds = Field(("home",), alias="from")
    via: Annotated[tuple[Spot, ...], Field(max_length=40)] = ()
    to: Spot | Kinds = ("work",)
    stay: Length | None = Field("1h", description="Until the way back; null: there is no way back.")


class Loops(Record):
    """Rounds without a stop that end where they began, for load."""

    kind: Literal["loops"]
    fleet: Name
    every: Length = Field("20min", description="From one round's start to the next; it must be over by then.")
    lasting: Length = Field("12min", description="How long a round takes at least.")
    spread: Length = Field("30s", description="Rounds begin within this, not all at once.")
    routes: Annotated[int, Field(ge=1, le=1_000)] = Field(
        16, description="How many different rounds there are."
    )
    through: Kinds = ("anywhere",)
    bare: bool = Field(
        False,
        description="Along the roads' thinned-out line, without names, limits and signals: the smallest plans.",
    )


Demand = Annotated[
    Commuters | Deliveries | Lines | RideHailing | Recurring | Loops, Field(discriminator="kind")
]
