"""Every error Rumbo raises on purpose, drawn as a tree.

    RumboError
    ├── InvalidInput            422  what was asked cannot be meant; says what to change
    │   ├── OutsideRegion            a point outside every loaded region
    │   ├── NotOnRoad                a point with no road near it
    │   ├── NoRoute                  no road joins the points
    │   ├── UnreadableFile           a file that is not what it claims (pbf, GPX, GeoJSON)
    │   └── TooLarge            413  more than a limit allows
    ├── NotFound                404  no such vehicle, trip, region, table
    ├── Conflict                409  the world's state forbids it (vehicle busy, trip over)
    ├── ContractBroken               an event or message that does not fit its contract
    ├── Unavailable             503  a part that must answer does not (broker, router, lake)
    │   └── Fenced                   another worker took over; stop and rejoin
    └── CannotStart                  the machine or the settings forbid starting (port, disk, Java)

Each has a `code` (stable, kebab-case, the tail of the problem's type URL), an HTTP
`status` and an `exit_code` for the command line. The message says what happened, `hint` what to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any


class RumboError(Exception):
    """Base of all errors meant for a person. `str(error)` is safe to show: it never holds a secret."""

    code = "rumbo-error"
    status = 500
    exit_code = 1

    def __init__(self, message: str, *, hint: str = "", field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.field = field
        """JSON pointer of the offending input, where there is one."""

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class InvalidInput(RumboError):
    code, status, exit_code = "invalid-input", 422, 2


class OutsideRegion(InvalidInput):
    code = "outside-region"


class NotOnRoad(InvalidInput):
    code = "not-on-road"


class NoRoute(InvalidInput):
    code = "no-route"


class UnreadableFile(InvalidInput):
    code = "unreadable-file"


class TooLarge(InvalidInput):
    code, status = "too-large", 413


class NotFound(RumboError):
    code, status, exit_code = "not-found", 404, 3


class Conflict(RumboError):
    code, status, exit_code = "conflict", 409, 4


class ContractBroken(RumboError):
    code = "contract-broken"


class Unavailable(RumboError):
    code, status, exit_code = "unavailable", 503, 5


class Fenced(Unavailable):
    code = "fenced"


class CannotStart(RumboError):
    code, exit_code = "cannot-start", 6


_BY_STATUS: Mapping[int, type[RumboError]] = MappingProxyType(
    {404: NotFound, 409: Conflict, 413: InvalidInput, 422: InvalidInput}
)


def of_problem(status: int, problem: Mapping[str, Any]) -> RumboError:
    """The error that the REST interface told as a problem (RFC 9457): what its clients raise."""
    kind = _BY_STATUS.get(status, Unavailable)
    return kind(problem.get("detail") or f"The app answers {status}.", hint=problem.get("hint") or "")
