"""Job entry of the API: `python -m rumbo.api`. Settings come from the environment.

Threads: uvicorn's event loop (this one), its pool for requests, one that relays the outbox, one that follows
the topics. Ends with 0 after SIGTERM or SIGINT.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn

from rumbo.api.alerts import Alerts
from rumbo.api.app import create_app
from rumbo.api.dashboards import Dashboards
from rumbo.api.feed import TOPICS, Feed
from rumbo.api.job_kinds import Role
from rumbo.api.jobs import Jobs, Launcher
from rumbo.api.lake import LakeTables
from rumbo.api.lake_days import LakeDays
from rumbo.api.live import LiveHub
from rumbo.api.live_state import LiveState
from rumbo.api.rejected import RejectedRecords
from rumbo.api.scenarios import Scenarios
from rumbo.api.services import Services
from rumbo.api.status import Status
from rumbo.api.topics import Topics
from rumbo.api.trip_records import TripRecords
from rumbo.children import RUMBO
from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.fleet.answers import Answers
from rumbo.fleet.clock import ClockVerbs
from rumbo.fleet.closure_service import ClosureService
from rumbo.fleet.conditions import Conditions
from rumbo.fleet.database import Database, open_database
from rumbo.fleet.device_profiles import DeviceProfiles
from rumbo.fleet.device_trial import DeviceTrials
from rumbo.fleet.geofence_service import GeofenceService
from rumbo.fleet.history import History
from rumbo.fleet.outbox import OutboxRelay
from rumbo.fleet.planner import Planner
from rumbo.fleet.rerouter import Rerouter
from rumbo.fleet.service import FleetService
from rumbo.fleet.trips import Trips
from rumbo.fleet.vehicle_service import VehicleService
from rumbo.fleet.vehicles import names_of
from rumbo.fleet.world import WorldView
from rumbo.lake.places import lake_of
from rumbo.lake.storage import is_remote
from rumbo.regions import Region, list_regions, open_region, road_shapes, search_places
from rumbo.regions.surroundings import surroundings_of
from rumbo.routing.port import RoutingProvider
from rumbo.routing.registry import open_provider
from rumbo.scenarios.alert_file import load_rules
from rumbo.settings import Settings, only_identity, read_settings
from rumbo.transport.geofences import GeofenceReader
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader, KafkaTail
from rumbo.transport.kafka_browser import KafkaBrowser
from rumbo.transport.wall import wall_ms

log = logging.getLogger("rumbo.api")

SHUTDOWN_S = 5
MAX_MESSAGE_BYTES = 64 * 1024
WARM_AFTER_S = 20
CHECKOUT = Path(__file__).resolve().parents[3]


def main() -> int:
    # uvicorn raises the signal that ended it once more; by then it must no longer kill us.
    for sent in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sent, lambda *_: None)
    try:
        settings = read_settings()
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        with serving(settings) as services:
            config = uvicorn.Config(
                create_app(services),
                host=settings.host,
                port=settings.port,
                log_config=None,
                access_log=False,
                server_header=False,
                ws_max_size=MAX_MESSAGE_BYTES,
                timeout_graceful_shutdown=SHUTDOWN_S,
            )
            uvicorn.Server(config).run()
    except RumboError as exc:
        log.error("%s", exc)  # noqa: TRY400 - meant for a person; the trace says nothing more
        return exc.exit_code
    return 0


@contextmanager
def serving(settings: Settings) -> Iterator[Services]:
    """The app's services, composed of the real parts, with their threads running. Raises CannotStart."""
    if not settings.bootstrap_servers:
        raise CannotStart("The API needs a broker.", hint="Set RUMBO_BOOTSTRAP_SERVERS to host:port.")
    with ExitStack() as stack:
        region = open_region(settings.regions_dir, settings.region)
        database = stack.enter_context(closing(open_database(settings.database)))
        publisher = stack.enter_context(KafkaPublisher(settings.bootstrap_servers))
        tables = KafkaTableReader(settings.bootstrap_servers)
        offsets = KafkaOffsets(settings.bootstrap_servers)
        world, trips = WorldView(tables, offsets, wall_ms), Trips()
        relay = OutboxRelay(database, trips, publisher, tables, world)
        providers = _providers(settings, region)
        for provider in providers.values():
            stack.callback(provider.close)
        conditions = Conditions(database, ZoneInfo(region.timezone))
        planner = Planner(providers, conditions)
        fleet = FleetService(database, planner, world, relay, trips)
        rerouter = Rerouter(database, trips, world, relay, conditions, planner.around)
        state = LiveState(partial(_names, database))
        status = Status(database, offsets, world, wall_ms, version("rumbo"), lambda: relay.problem)
        stack.callback(status.close)
        feed = Feed(partial(KafkaTail, settings.bootstrap_servers, TOPICS), state, world, fleet)
        stack.enter_context(_threads(relay, feed, rerouter))
        vehicles = VehicleService(database, world, trips)
        others = [other for other in list_regions(settings.regions_dir) if other.name != region.name]
        lake = LakeTables(lake_of(settings))
        rules, kept = load_rules(settings.alert_rules), settings.data_dir.absolute()
        scenarios = Scenarios(kept / "scenarios")
        jobs = stack.enter_context(closing(Jobs(_launcher(settings, scenarios), kept / "jobs", wall_ms)))
        yield Services(
            fleet=fleet,
            vehicles=vehicles,
            devices=DeviceProfiles(database),
            trials=DeviceTrials(database, planner, trips, world),
            world=world,
            clock=ClockVerbs(publisher, world, wall_ms),
            history=History(database, trips, world),
            closures=ClosureService(database, world, rerouter.nudge),
            geofences=GeofenceService(publisher, GeofenceReader(tables, offsets).read, world, rules),
            alerts=Alerts(lake_of(settings)),
            lake=lake,
            records=TripRecords(fleet, vehicles, world, lake),
            dashboards=Dashboards(lake, partial(road_shapes, [region, *others])),
            days=LakeDays(lake),
            rejected=RejectedRecords(lake, lake_of(settings, "batch")),
            topics=Topics(KafkaBrowser(settings.bootstrap_servers)),
            jobs=jobs,
            scenarios=scenarios,
            answers=Answers(database, wall_ms),
            outbox=relay,
            status=status,
            live=LiveHub(state, world, status),
            search=partial(search_places, region),
            regions=[region, *others],
            web_dist=CHECKOUT / "web" / "dist",
            host=settings.host,
            host_names=settings.host_names,
        )


def _launcher(settings: Settings, scenarios: Scenarios) -> Launcher:
    """Jobs run as `rumbo` on the same data, each with its role's identity at Azure only, where this process has it."""

    def environment(role: Role) -> dict[str, str]:
        remote = is_remote(settings.staging) or is_remote(settings.landing) or is_remote(settings.common)
        if remote and not settings.azure(role.value)["client_id"]:
            raise Unavailable(
                f"The lake is in a storage account, and this server has no identity there as {role}.",
                hint="Run the command, or Airflow, where that identity is set.",
            )
        return {**os.environ, **only_identity(settings, role.value).as_env()}

    return Launcher(RUMBO, environment, lake_of(settings, "batch").access.hidden_in, scenarios.argument)


@contextmanager
def _threads(relay: OutboxRelay, feed: Feed, rerouter: Rerouter) -> Iterator[None]:
    stop = threading.Event()
    threads = [
        threading.Thread(target=relay.run, args=(stop,), name="outbox"),
        threading.Thread(target=feed.run, args=(stop,), name="feed"),
        threading.Thread(target=rerouter.run, args=(stop,), name="rerouter"),
        threading.Thread(target=_warm_later, args=(stop,), name="kernels"),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        relay.nudge()
        rerouter.nudge()
        for thread in threads:
            thread.join()


def _warm_later(stop: threading.Event) -> None:
    """Load the compiled loops before a person asks for the first state, and after the rush of the start."""
    if not stop.wait(WARM_AFTER_S):
        from rumbo.motion.warm import warm  # numba takes a second to import

        warm()


def _providers(settings: Settings, region: Region) -> dict[str, RoutingProvider]:
    given = surroundings_of(region, settings.osrm_url)
    names = (["osrm"] if settings.osrm_url else []) + ["valhalla", "straight"]
    return {name: open_provider(name, given) for name in names}


def _names(database: Database, ids: list[str]) -> dict[str, tuple[str, str]]:
    with database.read() as connection:
        return names_of(connection, ids)


if __name__ == "__main__":
    sys.exit(main())
