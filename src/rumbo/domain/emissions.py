"""Carbon dioxide by energy used.

Fuels: default factors of the 2006 IPCC Guidelines for National Greenhouse Gas Inventories, volume 2, table 3.2.1
(road transport): motor gasoline 69,300 kg and gas/diesel oil 74,100 kg CO2 per TJ of lower heating value.
Electricity: what generating a kWh emitted on average in the EU-27 in 2023, 0.21 kg CO2e (European Environment Agency,
indicator "Greenhouse gas emission intensity of electricity generation in Europe"). A rider's breath is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rumbo.domain.vehicle import EnergyKind

_KWH_PER_TJ = 1e6 / 3.6

CO2_KG_PER_KWH: Mapping[EnergyKind, float] = MappingProxyType(
    {
        EnergyKind.PETROL: round(69_300.0 / _KWH_PER_TJ, 5),
        EnergyKind.DIESEL: round(74_100.0 / _KWH_PER_TJ, 5),
        EnergyKind.ELECTRIC: 0.0,
        EnergyKind.HUMAN: 0.0,
    }
)
"""Out of the vehicle, kg a kWh of fuel: 0.24948 for petrol (2.2 kg a litre of 8.9 kWh), 0.26676 for diesel (2.7 kg)."""
GRID_KG_PER_KWH = 0.21
"""For a kWh of electricity charged."""
