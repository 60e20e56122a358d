"""Device profiles by name: the ready-made ones, and a person's own in the database.

A plan carries the device itself, so a profile that is changed or deleted later changes no trip that is planned.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import DEVICE_PROFILES as READY_MADE
from rumbo.errors import Conflict, InvalidInput, NotFound
from rumbo.events.plain import from_plain, to_plain
from rumbo.fleet.database import Database
from rumbo.fleet.tables import DEVICE_PROFILES, VEHICLES

MAX_OWN = 1_000


@dataclass(frozen=True, slots=True)
class ProfileView:
    device: DeviceSpec
    ready_made: bool
    vehicles: int
    """How many vehicles have it as theirs."""


def find_device(connection: Connection, name: str) -> DeviceSpec:
    """The device that a vehicle or an order names. Raises InvalidInput saying which there are."""
    if name in READY_MADE:
        return READY_MADE[name]
    spec = connection.execute(
        select(DEVICE_PROFILES.c.spec).where(DEVICE_PROFILES.c.name == name)
    ).scalar_one_or_none()
    if spec is None:
        raise InvalidInput(
            f"There is no device profile {name!r}.",
            hint=f"Use one of: {', '.join(READY_MADE)}; or your own, of GET /api/v1/device-profiles.",
            field="device_profile",
        )
    return from_plain(DeviceSpec, json.loads(spec))


def checked_inline(device: DeviceSpec) -> DeviceSpec:
    """A device that an order brings along. Raises InvalidInput for one that goes by a ready-made one's name."""
    if READY_MADE.get(device.name, device) != device:
        raise InvalidInput(
            f"{device.name} is the name of a ready-made profile, and this is another device.",
            hint="Give it a name of its own, or none.",
            field="device/name",
        )
    return device


class DeviceProfiles:
    """The verbs. Thread-safe; each is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> list[ProfileView]:
        """The ready-made ones, then own ones by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(DEVICE_PROFILES).order_by(DEVICE_PROFILES.c.name)).all()
            used = _users(connection)
        own = [from_plain(DeviceSpec, json.loads(row.spec)) for row in rows]
        return [
            ProfileView(device, device.name in READY_MADE, used.get(device.name, 0))
            for device in (*READY_MADE.values(), *own)
        ]

    def get(self, name: str) -> ProfileView:
        """Raises NotFound."""
        with self._database.read() as connection:
            try:
                device = find_device(connection, name)
            except InvalidInput as exc:
                raise _none() from exc
            return ProfileView(device, name in READY_MADE, _users(connection, name).get(name, 0))

    def put(self, name: str, device: DeviceSpec) -> tuple[ProfileView, bool]:
        """Create or change an own profile; say whether it is new. Raises Conflict for a ready-made one."""
        if name in READY_MADE:
            raise Conflict(
                f"The profile {name} is ready-made: it stays as it is.",
                hint="Use another name.",
                field="name",
            )
        spec = json.dumps(to_plain(replace(device, name=name)))
        try:
            new = self._put(name, spec)
        except IntegrityError:  # another server made it in between; now it is there to be changed
            new = self._put(name, spec)
        return self.get(name), new

    def _put(self, name: str, spec: str) -> bool:
        with self._database.write() as connection:
            here = DEVICE_PROFILES.c.name == name
            if connection.execute(update(DEVICE_PROFILES).where(here).values(spec=spec)).rowcount:
                return False
            count = connection.execute(select(func.count()).select_from(DEVICE_PROFILES)).scalar_one()
            if count >= MAX_OWN:
                raise Conflict(f"There are {MAX_OWN:,} profiles.", hint="Delete one that is not used.")
            connection.execute(insert(DEVICE_PROFILES).values(name=name, spec=spec))
            return True

    def delete(self, name: str) -> None:
        """Raises NotFound, and Conflict for a ready-made one or one that vehicles have."""
        if name in READY_MADE:
            raise Conflict(f"The profile {name} is ready-made: it stays.", hint="Delete own profiles only.")
        with self._database.write() as connection:
            # Deleted first: so a vehicle that is just being given it is waited for, and then counted.
            if not connection.execute(delete(DEVICE_PROFILES).where(DEVICE_PROFILES.c.name == name)).rowcount:
                raise _none()
            if vehicles := _users(connection, name).get(name, 0):
                raise Conflict(
                    f"{vehicles:,} vehicle{'s have' if vehicles > 1 else ' has'} the profile {name}.",
                    hint="Give them another one first: PATCH /api/v1/vehicles/{id}.",
                )


def _users(connection: Connection, name: str | None = None) -> dict[str, int]:
    """How many vehicles have each profile, or that one."""
    query = select(VEHICLES.c.device_profile, func.count()).where(VEHICLES.c.deleted_ms.is_(None))
    if name is not None:
        query = query.where(VEHICLES.c.device_profile == name)
    return {row[0]: row[1] for row in connection.execute(query.group_by(VEHICLES.c.device_profile))}


def _none() -> NotFound:
    return NotFound(
        "There is no such device profile.", hint="GET /api/v1/device-profiles lists them.", field="name"
    )
