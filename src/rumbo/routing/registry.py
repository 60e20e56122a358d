"""All routing providers by name. A new one is a file and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from rumbo.errors import CannotStart, InvalidInput
from rumbo.routing.osrm import OsrmProvider
from rumbo.routing.port import BBox, ControlIndex, NoControls, OpenSky, RoutingProvider, SkyIndex
from rumbo.routing.straight import StraightProvider
from rumbo.routing.valhalla import ValhallaProvider


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a provider may need. Each takes what it uses and says what it misses."""

    region_name: str = ""
    bbox: BBox | None = None
    controls: ControlIndex = field(default_factory=NoControls)
    sky: SkyIndex = field(default_factory=OpenSky)
    valhalla_config: Path | None = None
    osrm_url: str = ""
    processes: int = 2


def _valhalla(given: Surroundings) -> RoutingProvider:
    if given.valhalla_config is None or given.bbox is None:
        raise CannotStart("Valhalla routes on a region's own graph.", hint="Build one: `rumbo region add`.")
    return ValhallaProvider(
        given.valhalla_config,
        given.bbox,
        given.controls,
        sky=given.sky,
        region_name=given.region_name,
        processes=given.processes,
    )


def _osrm(given: Surroundings) -> RoutingProvider:
    if not given.osrm_url:
        raise CannotStart("There is no OSRM server to ask.", hint="Set osrm_url.")
    return OsrmProvider(
        given.osrm_url, bbox=given.bbox, controls=given.controls, region_name=given.region_name
    )


def _straight(given: Surroundings) -> RoutingProvider:
    return StraightProvider(given.bbox, region_name=given.region_name)


PROVIDERS: Mapping[str, Callable[[Surroundings], RoutingProvider]] = MappingProxyType(
    {
        "valhalla": _valhalla,
        "osrm": _osrm,
        "straight": _straight,
    }
)


def open_provider(name: str, given: Surroundings) -> RoutingProvider:
    """The provider called `name`. Raises InvalidInput for an unknown name, CannotStart where it lacks something."""
    if name not in PROVIDERS:
        raise InvalidInput(
            f"There is no routing provider {name!r}.",
            hint=f"Choose from {', '.join(PROVIDERS)}.",
            field="provider",
        )
    return PROVIDERS[name](given)
