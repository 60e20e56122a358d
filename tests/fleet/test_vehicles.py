from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import Connection, Insert, event, insert

from rumbo.domain.plan import AmendmentKind
from rumbo.domain.route import Waypoint
from rumbo.domain.vehicle import Driver, EnergyKind, VehicleClass, spec_of
from rumbo.errors import Conflict, InvalidInput, NotFound, RumboError
from rumbo.fleet.orders import TripOrder
from rumbo.fleet.tables import DEVICE_PROFILES, VEHICLES
from rumbo.fleet.vehicle_orders import VehicleFilter, VehicleOrder
from rumbo.fleet.vehicles import find_vehicle
from support.serving import House

WAY = (Waypoint(45.0, -5.0), Waypoint(45.01, -5.0))
WHOLE = VehicleOrder(
    name="Furgón 7",
    vehicle_class=VehicleClass.VAN,
    id="veh_own-7_a",
    fleet="couriers",
    tags=("north", "electric"),
    overrides={"mass_kg": 2900, "energy": "electric", "limits": {"max_speed_mps": 30}},
    driver=Driver.CALM,
    device_profile="tracker",
    energy_level=0.5,
)
OTHERS: dict[str, Any] = {
    "name": "Furgón 8",
    "vehicle_class": VehicleClass.CAR,
    "fleet": None,
    "tags": ("electric", "north"),
    "overrides": {"mass_kg": 2901},
    "driver": Driver.AGGRESSIVE,
    "device_profile": "phone",
    "energy_level": 0.51,
}


def made(house: House, **more: Any) -> str:
    return house.vehicles.create(VehicleOrder(**({"name": "v"} | more)))[0].vehicle.id


def drive(house: House, vehicle_id: str, **more: Any) -> str:
    return house.fleet.plan_trip(TripOrder(vehicle_id, WAY, seed=1, **more)).row.id


def names(house: House, **only: Any) -> list[str]:
    page = house.vehicles.list_all(only=VehicleFilter(**only))
    return [view.vehicle.name for view in page.items]


def test_a_vehicle_is_read_as_it_was_ordered(house: House) -> None:
    view, known = house.vehicles.create(WHOLE)
    vehicle = view.vehicle
    assert not known and vehicle == house.again().vehicles.get("veh_own-7_a").vehicle
    assert (vehicle.fleet, vehicle.tags, vehicle.driver) == ("couriers", ("north", "electric"), Driver.CALM)
    assert (vehicle.device_profile, vehicle.energy_level) == ("tracker", 0.5)
    spec = spec_of(vehicle.vehicle_class, vehicle.overrides)
    assert (spec.mass_kg, spec.energy, spec.limits.max_speed_mps) == (2900.0, EnergyKind.ELECTRIC, 30.0)


def test_the_same_order_with_the_same_id_is_no_second_vehicle(house: House) -> None:
    first, _ = house.vehicles.create(WHOLE)
    house.clock.pass_s(60)
    again, known = house.vehicles.create(replace(WHOLE, tags=(*WHOLE.tags, "north")))
    assert known and again == first
    assert len(house.vehicles.list_all().items) == 1


@pytest.mark.parametrize("field", OTHERS)
def test_another_order_with_the_same_id_is_a_conflict(house: House, field: str) -> None:
    made_so = house.vehicles.create(WHOLE)[0]
    with pytest.raises(Conflict) as caught:
        house.vehicles.create(replace(WHOLE, **{field: OTHERS[field]}))
    assert caught.value.field == "id"
    assert house.vehicles.get("veh_own-7_a") == made_so


def test_an_order_is_known_by_what_made_the_vehicle_and_by_what_it_is_now(house: House) -> None:
    house.vehicles.create(WHOLE)
    house.vehicles.change("veh_own-7_a", {"name": "renamed"})
    assert house.vehicles.create(WHOLE)[1]
    assert house.vehicles.create(replace(WHOLE, name="renamed"))[1]


def test_the_id_of_a_deleted_vehicle_stays_taken(house: House) -> None:
    house.vehicles.create(WHOLE)
    house.vehicles.delete("veh_own-7_a")
    with pytest.raises(Conflict, match="deleted"):
        house.vehicles.create(WHOLE)
    with pytest.raises(NotFound):
        house.vehicles.get("veh_own-7_a")


def test_of_many_orders_each_stands_or_falls_by_itself(house: House) -> None:
    orders = [
        VehicleOrder("a", id="veh_a"),
        VehicleOrder("b", overrides={"mass_kg": 1}),
        VehicleOrder("c", device_profile="nowhere"),
        VehicleOrder("a", id="veh_a"),
        VehicleOrder("other", id="veh_a"),
        VehicleOrder("d"),
    ]
    found = house.vehicles.create_many(orders)
    assert [outcome.field if isinstance(outcome, RumboError) else outcome[1] for outcome in found] == [
        False, "spec/mass_kg", "device_profile", True, "id", False,
    ]  # fmt: skip
    assert names(house) == ["a", "d"]


@pytest.mark.parametrize(("all_or_none", "dry"), [(True, False), (False, True)])
def test_all_or_none_and_a_dry_run_keep_nothing_of_orders_among_which_one_is_wrong(
    house: House, all_or_none: bool, dry: bool
) -> None:
    orders = [VehicleOrder("a"), VehicleOrder("b", device_profile="x")]
    outcomes = house.vehicles.create_many(orders, all_or_none=all_or_none, dry=dry)
    assert not isinstance(outcomes[0], RumboError) and isinstance(outcomes[1], InvalidInput)
    assert names(house) == []


def test_a_thousand_vehicles_are_one_transaction_and_few_statements(house: House) -> None:
    statements: list[str] = []
    with house.database.write() as connection:
        event.listen(connection.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    house.vehicles.create_many([VehicleOrder(f"v{n}", id=f"veh_{n}") for n in range(1_000)])
    assert sum(text.startswith("INSERT") for text in statements) == 1
    assert len(statements) <= 4
    assert len(house.vehicles.list_all(200).items) == 200


def test_a_request_repeated_after_a_crash_finds_all_its_vehicles(house: House) -> None:
    orders = [VehicleOrder("a"), VehicleOrder("b")]
    first = house.vehicles.create_many(orders, "token")
    again = house.again().vehicles.create_many(orders, "token")
    assert [(outcome[0], True) for outcome in first if not isinstance(outcome, RumboError)] == again
    alone, known = house.vehicles.create(VehicleOrder("a"), "token")
    assert known and [alone.vehicle.id, True] == list(again[0])  # type: ignore[arg-type]


def test_an_id_that_is_taken_between_looking_and_writing_is_looked_at_again(house: House) -> None:
    taken = 0

    def take(connection: Connection, clause: Any, *_: Any) -> None:
        nonlocal taken
        if isinstance(clause, Insert) and not taken:
            taken += 1
            row = {"id": WHOLE.id, "name": "rival", "vehicle_class": "van", "created_ms": 1}
            connection.execute(insert(VEHICLES).values(**row))

    with house.database.write() as connection:
        event.listen(connection.engine, "before_execute", take)
    _, known = house.vehicles.create(WHOLE)
    assert taken and not known, "the rival's row went with the transaction that broke"
    assert names(house) == [WHOLE.name]


def test_a_profile_of_ones_own_is_a_device_profile(house: House) -> None:
    with pytest.raises(InvalidInput, match="mine"):
        made(house, device_profile="mine")
    with house.database.write() as connection:
        connection.execute(insert(DEVICE_PROFILES).values(name="mine", spec="{}"))
    vehicle = made(house, device_profile="mine")
    assert house.vehicles.get(vehicle).vehicle.device_profile == "mine"
    with pytest.raises(InvalidInput) as caught:
        house.vehicles.change(vehicle, {"device_profile": "nobodys"})
    assert caught.value.field == "device_profile"


@pytest.mark.parametrize("field", OTHERS)
def test_every_field_can_be_changed(house: House, field: str) -> None:
    before = house.vehicles.create(WHOLE)[0].vehicle
    house.clock.pass_s(60)
    after = house.vehicles.change("veh_own-7_a", {field: OTHERS[field]}).vehicle  # type: ignore[misc]
    assert getattr(after, field) == OTHERS[field]
    rest = replace(after, **{field: getattr(before, field)}, energy_set_ms=before.energy_set_ms)
    assert rest == before
    assert (after.energy_set_ms - before.energy_set_ms == 60_000) == (field == "energy_level")


@pytest.mark.parametrize("field", ["vehicle_class", "overrides", "energy_level"])
def test_what_plans_count_on_is_not_changed_while_a_trip_is_planned(house: House, field: str) -> None:
    before = house.vehicles.create(WHOLE)[0].vehicle
    trip = drive(house, "veh_own-7_a")
    with pytest.raises(Conflict):
        house.vehicles.change("veh_own-7_a", {field: OTHERS[field]})  # type: ignore[misc]
    if field != "energy_level":  # to set what was set before would fill up a tank that the trip counts on
        same = house.vehicles.change("veh_own-7_a", {field: getattr(before, field), "name": "x"})  # type: ignore[misc]
        assert same.vehicle.name == "x"
    house.fleet.amend_trip(trip, AmendmentKind.CANCEL)
    house.clock.pass_s(60)
    house.vehicles.change("veh_own-7_a", {field: OTHERS[field]})  # type: ignore[misc]


def test_impossible_parameters_change_nothing(house: House) -> None:
    before = house.vehicles.create(WHOLE)[0]
    with pytest.raises(InvalidInput) as caught:
        house.vehicles.change("veh_own-7_a", {"name": "x", "overrides": {"limits": {"max_speed_mps": 1e9}}})
    assert caught.value.field == "spec/limits/max_speed_mps"
    assert house.vehicles.get("veh_own-7_a") == before


def test_a_vehicle_tells_what_its_last_trip_leaves(house: House) -> None:
    vehicle = made(house, energy_level=0.5)
    assert house.vehicles.get(vehicle).standing.energy_level == 0.5
    trip = drive(house, vehicle)
    house.clock.pass_s(5)
    view = house.vehicles.get(vehicle)
    assert view.current_trip_id == trip
    assert view.standing.odometer_m == pytest.approx(1112, abs=2)
    assert 0.4 < view.standing.energy_level < 0.5
    house.clock.pass_s(3600)
    assert house.vehicles.get(vehicle).standing == view.standing
    drive(house, vehicle)
    house.clock.pass_s(5)
    assert house.vehicles.list_all().items[0].standing.odometer_m == pytest.approx(2224, abs=4)


def test_a_tank_filled_after_a_trip_is_full_for_the_next(house: House) -> None:
    vehicle = made(house, energy_level=0.5)
    drive(house, vehicle)
    house.clock.pass_s(3600)
    house.vehicles.change(vehicle, {"energy_level": 0.9})
    assert house.vehicles.get(vehicle).standing.energy_level == 0.9
    trip = house.fleet.get_trip(drive(house, vehicle))
    assert trip.plan is not None and trip.plan.energy_start == 0.9


def test_a_tank_is_not_filled_while_it_is_driven_on_not_even_to_what_it_was(house: House) -> None:
    vehicle = made(house, energy_level=0.5)
    drive(house, vehicle)
    house.clock.pass_s(5)
    before = house.vehicles.get(vehicle)
    with pytest.raises(Conflict):
        house.vehicles.change(vehicle, {"energy_level": 0.5})
    assert house.vehicles.get(vehicle) == before and before.standing.energy_level < 0.5


def test_a_trip_planned_ahead_changes_nothing_yet(house: House) -> None:
    vehicle = made(house)
    drive(house, vehicle, start_ms=house.world.now_ms() + 3_600_000)
    assert house.vehicles.get(vehicle).standing.odometer_m == 0


def test_filters_find_vehicles_by_fleet_tag_class_and_text(house: House) -> None:
    made(house, name="Ñandú 1", fleet="birds", tags=("north", "b"))
    made(house, name="Van", id="veh_special", vehicle_class=VehicleClass.VAN, tags=("North", 'a"b', "50%"))
    made(house, name="Straße", fleet="birds", vehicle_class=VehicleClass.VAN)
    assert names(house, fleet="birds") == ["Ñandú 1", "Straße"]
    assert names(house, fleet="Birds") == []
    assert names(house, vehicle_class=VehicleClass.VAN) == ["Van", "Straße"]
    assert names(house, tag="north") == ["Ñandú 1"], "letters count"
    assert names(house, tag="b") == ["Ñandú 1"], 'not the end of a"b'
    assert (
        names(house, tag='a"b') == ["Van"]
        and names(house, tag="5%") == []
        and names(house, tag="50%") == ["Van"]
    )
    assert names(house, text="nandu") == ["Ñandú 1"] and names(house, text="STRASSE") == ["Straße"]
    assert names(house, text="special") == ["Van"] and names(house, text="_") == ["Ñandú 1", "Van", "Straße"]
    assert names(house, fleet="birds", vehicle_class=VehicleClass.VAN, text="str") == ["Straße"]


@pytest.mark.parametrize("only", [VehicleFilter(), VehicleFilter(tag="x"), VehicleFilter(text="!")])
def test_pages_and_exports_hold_every_vehicle_that_is_meant_once(house: House, only: VehicleFilter) -> None:
    orders = [VehicleOrder(f"v{n}" + "!" * (n % 2), tags=("x",) if n % 3 else ()) for n in range(1_100)]
    house.vehicles.create_many(orders)
    tagged, text = only.tag is not None, only.text or ""
    meant = [o.name for o in orders if text in o.name and (o.tags or not tagged)]
    house.vehicles.create(VehicleOrder("gone!", id="veh_gone", tags=("x",)))
    house.vehicles.delete("veh_gone")
    found, cursor = [], None
    while True:
        page = house.vehicles.list_all(97, cursor, only)
        found += [view.vehicle.name for view in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert found == meant
    exported = [vehicle.name for vehicle in chain.from_iterable(house.vehicles.export(only))]
    assert exported == found


def test_fleets_tell_their_vehicles_tags_and_who_drives(house: House) -> None:
    made(house)
    van = made(house, fleet="b", vehicle_class=VehicleClass.VAN, tags=("x",))
    made(house, fleet="a", tags=("z", "y"))
    made(house, fleet="b", tags=("y", "x"))
    house.vehicles.delete(made(house, fleet="gone"))
    drive(house, van)
    house.clock.pass_s(5)
    first = house.vehicles.fleets(1)
    b, a = first.items[0], house.vehicles.fleets(1, first.next_cursor).items[0]
    assert (b.name, dict(b.vehicles), b.driving, b.tags) == ("b", {"van": 1, "car": 1}, 1, ("x", "y"))
    assert (a.name, dict(a.vehicles), a.driving, a.tags) == ("a", {"car": 1}, 0, ("y", "z"))
    assert house.vehicles.fleets().next_cursor is None
    house.clock.pass_s(3600)
    assert house.vehicles.fleets().items[0].driving == 0


def test_a_vehicle_made_before_it_had_parameters_is_a_usual_one(house: House) -> None:
    with house.database.write() as connection:
        old = {"id": "veh_old", "name": "old", "vehicle_class": "bus", "created_ms": 1}
        connection.execute(insert(VEHICLES).values(**old))
        vehicle = find_vehicle(connection, "veh_old")
    assert (vehicle.driver, vehicle.tags, vehicle.overrides, vehicle.energy_level) == (
        Driver.NORMAL,
        (),
        {},
        1.0,
    )
    assert house.vehicles.create(VehicleOrder("old", VehicleClass.BUS, "veh_old"))[1]
    assert house.vehicles.get("veh_old").standing.odometer_m == 0
