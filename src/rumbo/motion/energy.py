"""What driving costs: energy from the tank or battery as a pure function of motion, in closed form.

Tractive power on a flat road, r being the density of air (Rakha et al. 2011, VT-CPFM; Fiori, Ahn, Rakha 2016, VT-CPEM):

    P = v · (1.04 m a + m g c_r + ½ r c_d A v²)

An engine draws idle + (P / driveline + auxiliary) / slope: a Willans line, linear in power. A motor draws P and gives a
share back when P is negative. Since both are linear on either side of P = 0, the energy of a piece of constant jerk is
its work, a polynomial of time, weighted on each side of the moment at which P changes its sign. That moment follows
from the piece's beginning alone, so what was used up to a time never depends on what comes later.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from rumbo.domain.vehicle import EnergyKind, VehicleSpec
from rumbo.motion.arrays import Bools, Floats
from rumbo.motion.effort import AIR_KG_M3, DRIVELINE, GRAVITY_MPS2

ROTATING = 1.04
"""Wheels and gears that turn: inertia above the mass (VT-CPFM, VT-CPEM)."""
MOTOR, BATTERY = 0.91, 0.90
"""Motor with inverter, and the battery either way (VT-CPEM)."""
RECUPERATED = 0.87
"""Of the braking power at the wheels that comes to the driveline: exp(-0.0411 / |a|), VT-CPEM, at 0.3 m/s²; the rest is
the brakes'. Their curve rises to 0.96 at 1 m/s², where blended brakes take a greater part."""
JOULES_PER_KWH = 3_600_000.0
_FAR_S = 3_600.0


class Fuel(NamedTuple):
    """A Willans line: `slope` is brake power per fuel power, `idle` the fuel power at none, a share of full power."""

    slope: float
    idle: float


FUELS = {
    EnergyKind.PETROL: Fuel(0.36, 0.075),
    EnergyKind.DIESEL: Fuel(0.44, 0.08),
    EnergyKind.HUMAN: Fuel(0.24, 0.32),
}
"""Slopes near the best point of current engines (petrol 0.34 to 0.38, diesel 0.40 to 0.46). Idle by what they burn at a
light, climate and lights included: 0.95 l of petrol an hour (90 kW), 1.0 l of diesel (100 kW), 2.2 l (220 kW lorry). A
rider: gross efficiency 0.22 to 0.26, 80 W at rest."""
SMALL = Fuel(0.27, 0.09)
"""Engines of motorcycles: high-revving, tuned for power."""
LIGHT_KG, HEAVY_KG = 500.0, 3_500.0


class Gears(NamedTuple):
    """Six gears: shifts up at `shift_rpm`, first at `first_mps`, then at `step` times the speed before."""

    idle_rpm: float
    shift_rpm: float
    first_mps: float
    step: float


CAR, LIGHT, HEAVY = (
    Gears(800.0, 2_400.0, 5.5, 1.38),
    Gears(1_200.0, 4_500.0, 6.0, 1.38),
    Gears(600.0, 1_400.0, 2.6, 1.58),
)
NO_GEARS = Gears(*(float("nan"),) * 4)
SHIFTS = 5


class Engine(NamedTuple):
    """A vehicle's constants: numbers, or columns of one length."""

    inertia_kg: Floats | float
    rolling_n: Floats | float
    drag: Floats | float
    """Half of r c_d A, kg/m."""
    taken: Floats | float
    """From the tank, kWh a joule of work at the wheels."""
    given: Floats | float
    """To the battery, kWh a joule of braking at the wheels."""
    idle_kw: Floats | float
    """Drawn whenever the ignition is on."""
    capacity_kwh: Floats | float
    returned: Floats | float
    """Share of braking power that comes to the motor."""
    most_kw: Floats | float
    idle_rpm: Floats | float
    shift_rpm: Floats | float
    first_mps: Floats | float
    step: Floats | float

    @classmethod
    def of(cls, spec: VehicleSpec) -> Engine:
        return cls(
            ROTATING * spec.mass_kg,
            GRAVITY_MPS2 * spec.rolling_resistance * spec.mass_kg,
            0.5 * AIR_KG_M3 * spec.drag_area_m2,
            *_rates(spec),
            spec.capacity_kwh,
            RECUPERATED * DRIVELINE if spec.energy is EnergyKind.ELECTRIC else 0.0,
            spec.power_kw,
            *_gears(spec),
        )

    def force_n(self, v: Floats, a: Floats) -> Floats:
        """At the wheels."""
        return np.asarray(self.inertia_kg * a + self.rolling_n + self.drag * (v * v))

    def power_kw(self, v: Floats, a: Floats) -> Floats:
        """At the engine or motor; below 0 it recuperates. Never more than the engine has."""
        wheels_kw = v * self.force_n(v, a) * 1e-3
        share = np.where(wheels_kw > 0.0, 1.0 / DRIVELINE, self.returned)
        return np.minimum(np.maximum(wheels_kw * share, -self.most_kw), self.most_kw)

    def speed_rpm(self, v: Floats) -> Floats:
        """Of the engine; NaN where there is none."""
        shift_mps = np.zeros_like(v) + self.first_mps
        for _ in range(SHIFTS):
            shift_mps = np.where(v >= shift_mps, shift_mps * self.step, shift_mps)
        return np.maximum(self.shift_rpm * (v / shift_mps), self.idle_rpm)


def _rates(spec: VehicleSpec) -> tuple[float, float, float]:
    if spec.energy is EnergyKind.ELECTRIC:
        way = DRIVELINE * MOTOR * BATTERY
        return 1.0 / (way * JOULES_PER_KWH), RECUPERATED * way / JOULES_PER_KWH, spec.auxiliary_kw / BATTERY
    small = spec.energy is EnergyKind.PETROL and spec.mass_kg < LIGHT_KG
    fuel = SMALL if small else FUELS[spec.energy]
    idle_kw = fuel.idle * spec.power_kw + spec.auxiliary_kw / fuel.slope
    return 1.0 / (DRIVELINE * fuel.slope * JOULES_PER_KWH), 0.0, idle_kw


def _gears(spec: VehicleSpec) -> Gears:
    if spec.energy not in (EnergyKind.PETROL, EnergyKind.DIESEL):
        return NO_GEARS
    return LIGHT if spec.mass_kg < LIGHT_KG else HEAVY if spec.mass_kg > HEAVY_KG else CAR


class Moves(NamedTuple):
    """Speed, acceleration and jerk at the beginning of pieces."""

    v: Floats
    a: Floats
    j: Floats

    @property
    def stand(self) -> Bools:
        return np.asarray((self.v == 0.0) & (self.a == 0.0) & (self.j == 0.0))


def work_j(engine: Engine, move: Moves, u: Floats) -> Floats:
    """Work at the wheels in the first `u` seconds of pieces, braking counted against it.

    The gain in kinetic energy, and Simpson's rule for rolling and air drag: exact for distance and at constant
    acceleration; where acceleration ramps the air's part is within a few joules.
    """
    v, a = move.v, move.a
    h, half = move.j * 0.5, u * 0.5
    gained = (a + h * u) * u
    end, middle = v + gained, v + (a + h * half) * half
    rolled = v + 4.0 * middle + end
    blown = v * v * v + 4.0 * (middle * middle * middle) + end * end * end
    drag_j = (engine.rolling_n * rolled + engine.drag * blown) * (u * (1.0 / 6.0))
    return np.asarray((0.5 * engine.inertia_kg) * (gained * (v + end)) + drag_j)


class Switch(NamedTuple):
    """When power changes its sign in a piece, in seconds from its beginning, and the work up to then, as 32-bit floats.

    Below 0 (as -s - 1, or -inf for never): power is negative first. In a standing piece: when the ignition goes off.
    """

    s: Floats
    j: Floats


def switches(engine: Engine, move: Moves) -> Switch:
    """Of moving pieces. Where jerk is 0 the speed of no force decides, else two steps of a fixed-point iteration."""
    v, a, j = move
    drives = engine.force_n(v, a) >= 0.0
    steady = engine.inertia_kg * a + engine.rolling_n
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        free_mps = np.sqrt(np.maximum(-steady / engine.drag, 0.0))
        coasts = (free_mps - v) / a
        u = np.zeros_like(v)
        for _ in range(2):
            now = v + (a + j * 0.5 * u) * u
            u = -(steady + engine.drag * (now * now)) / (engine.inertia_kg * j)
            u = np.minimum(np.maximum(u, 0.0), _FAR_S)
    turns = np.where(drives, j < 0.0, j > 0.0)
    u = np.where(turns, u, np.where((j == 0.0) & drives & (a < 0.0) & (steady < 0.0), coasts, np.inf))
    u = np.where(np.isnan(u), np.inf, u)
    s = np.where(drives, u, -u - 1.0).astype(np.float32).astype(np.float64)
    until = np.where(np.isinf(s), 0.0, np.where(drives, s, -s - 1.0))
    return Switch(s, work_j(engine, move, until).astype(np.float32).astype(np.float64))


def spent_kwh(engine: Engine, move: Moves, switch: Switch, u: Floats, stands: Bools) -> Floats:
    """From the tank or battery in the first `u` seconds of pieces; below 0 more came back than was taken."""
    work = work_j(engine, move, u)
    turn_s = np.maximum(switch.s, -switch.s - 1.0)
    first = np.where(u > turn_s, switch.j, work)
    rest = work - first
    on_s = np.where(stands, np.minimum(u, switch.s), u)
    spent = on_s * (engine.idle_kw * (1.0 / 3600.0))
    spent += (np.maximum(first, 0.0) + np.maximum(rest, 0.0)) * engine.taken
    if np.any(engine.given):
        spent += (np.minimum(first, 0.0) + np.minimum(rest, 0.0)) * engine.given
    return np.asarray(spent)


def peak_s(move: Moves, switch: Switch, length_s: Floats) -> Floats:
    """When within pieces most has been used: where braking begins, or else at their end."""
    turns = ~move.stand & (switch.s >= 0.0)
    return np.where(turns, np.minimum(switch.s, length_s), length_s)
