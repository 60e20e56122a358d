"""The child process in which Valhalla runs: `python -m rumbo.routing.valhalla_worker CONFIG SOCKET`.

It reads requests and sends replies (see `valhalla_messages`) until its parent closes the socket or
dies. Valhalla's Actor must not be shared between threads, and a crash in it ends the process: both stay here.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rumbo.domain.route import MAX_WAYPOINTS
from rumbo.routing.assemble import MEET_M, Leg, gap_m
from rumbo.routing.valhalla_messages import SEARCH_M, Ask, Found, Refused, Unusable
from rumbo.routing.valhalla_reply import ATTRIBUTES, read_leg

MAIN_NETWORK_NODES = 50
"""Valhalla's default `minimum_reachability`: a road from which fewer nodes are reached is an island or a trap."""

MAX_AVOIDED_M = 10_000_000
"""Perimeter of all areas of a request together; Valhalla's own limit is 10 km."""

HEADING_TOLERANCE_DEG = 60
"""A vehicle under way leaves a place in about the direction in which it reached it: it does not turn round there."""

NO_EDGE_NEAR = 171
"""Valhalla's error "No suitable edges near location"."""


def answer(actor: Any, ask: Ask) -> Found | Refused:
    """Ask Valhalla for routes, then for what lies along each leg."""
    found = _ask(actor, ask)
    if isinstance(found, Found) and (apart := _apart(found.routes[0])):
        return _ask(actor, _moved(actor, ask, apart))
    return found


def _ask(actor: Any, ask: Ask) -> Found | Refused:
    import valhalla

    try:
        reply = actor.route(_route_request(ask))
    except valhalla.ValhallaError as exc:
        far = _far_points(actor, ask) if exc.code == NO_EDGE_NEAR else ()
        return Refused(int(exc.code), str(exc), far)
    trips = [reply["trip"], *(other["trip"] for other in reply.get("alternates", ()))]
    return Found([[_leg(actor, ask.costing, leg) for leg in trip["legs"]] for trip in trips])


def _apart(legs: Sequence[Leg]) -> list[int]:
    """Indices of the waypoints at which one leg ends elsewhere than the next one starts."""
    return [i for i, (a, b) in enumerate(pairwise(legs), start=1) if gap_m(a, b) > MEET_M]


def _moved(actor: Any, ask: Ask, apart: Sequence[int]) -> Ask:
    """`ask` with the waypoints `apart` put on the nearest road that can be both reached and left.

    Valhalla snaps a waypoint to the nearest road for arriving and, where that is a trap such as a one-way
    street into a private lot, to another one for leaving, and joins the two by nothing.
    """
    located = actor.locate({"locations": _locations(ask), "costing": ask.costing, "verbose": True})
    points = list(ask.points)
    for index in apart:
        edges = [
            edge
            for edge in located[index]["edges"] or ()
            if min(edge["inbound_reach"], edge["outbound_reach"]) >= MAIN_NETWORK_NODES
        ]
        if edges:
            nearest = min(edges, key=lambda edge: edge["distance"])
            points[index] = (nearest["correlated_lat"], nearest["correlated_lon"])
    return replace(ask, points=tuple(points))


def _route_request(ask: Ask) -> dict[str, Any]:
    request: dict[str, Any] = {
        "locations": _locations(ask),
        "costing": ask.costing,
        "directions_type": "none",
        "units": "kilometers",
    }
    if ask.alternatives and len(ask.points) == 2:  # Valhalla finds alternatives only between two points
        request["alternates"] = ask.alternatives
    if ask.avoid:  # Valhalla leaves out the edges that a ring meets; those inside are then out of reach
        request["exclude_polygons"] = [[[lon, lat] for lat, lon in ring] for ring in ask.avoid]
    return request


def _locations(ask: Ask) -> list[dict[str, Any]]:
    # `minimum_reachability` stays at its default: 0 halves the search's time, but then points snap to
    # islands of the road network, and one request in fifty finds no route instead of one in six hundred.
    places: list[dict[str, Any]] = [
        {"lat": lat, "lon": lon, "type": "break", "search_cutoff": SEARCH_M} for lat, lon in ask.points
    ]
    if ask.heading_deg is not None:
        places[0] |= {"heading": round(ask.heading_deg) % 360, "heading_tolerance": HEADING_TOLERANCE_DEG}
    return places


def _far_points(actor: Any, ask: Ask) -> tuple[int, ...]:
    import valhalla

    try:
        located = actor.locate({"locations": _locations(ask), "costing": ask.costing})
    except valhalla.ValhallaError:
        return ()
    return tuple(index for index, place in enumerate(located) if not place.get("edges"))


def _leg(actor: Any, costing: str, leg: dict[str, Any]) -> Leg:
    import valhalla

    try:
        trace = actor.trace_attributes(
            {
                "encoded_polyline": leg["shape"],
                "costing": costing,
                "shape_match": "walk_or_snap",
                "units": "kilometers",
                "filters": {"attributes": ATTRIBUTES, "action": "include"},
            }
        )
    except valhalla.ValhallaError:
        trace = {}  # the route stands; only what lies along it stays unknown
    return read_leg(leg, trace)


def open_actor(config_path: Path) -> Any:
    """Valhalla on a region's graph, silent, and with limits that fit our requests.

    Its own limits are those of a public service: 20 waypoints by car, 200 km a trace, 2 alternatives.
    """
    import valhalla

    config = json.loads(config_path.read_text())
    config.setdefault("logging", {})["type"] = ""
    limits = config.setdefault("service_limits", {})
    limits["max_alternates"] = 3
    limits["max_exclude_polygons_length"] = MAX_AVOIDED_M
    for costing in ("auto", "truck", "bus", "motorcycle", "bicycle"):
        limits.setdefault(costing, {})["max_locations"] = MAX_WAYPOINTS
    limits.setdefault("trace", {}).update(max_distance=5_000_000.0, max_shape=1_000_000)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(config, file)
        file.flush()
        return valhalla.Actor(Path(file.name))


def main(config_path: Path, connection: Connection) -> None:
    """Serve until the parent's end of `connection` is closed."""
    try:
        actor = open_actor(config_path)
    except Exception as exc:  # noqa: BLE001 - whatever it is, the parent shall say it
        connection.recv()
        connection.send(Unusable(str(exc)))
        return
    while True:
        try:
            ask = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(answer(actor, ask))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Connection(int(sys.argv[2])))
