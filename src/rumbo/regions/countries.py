"""What a country changes on the road: the side people drive on and the speeds they drive at.

Countries are ISO 3166-1 alpha-2 codes in upper case; None stands for a country nobody told us.
"""

from __future__ import annotations

from typing import Any

from rumbo.errors import InvalidInput

LEFT_DRIVING = frozenset({
    "AG", "AI", "AU", "BB", "BD", "BM", "BN", "BS", "BT", "BW", "CC", "CK", "CX", "CY", "DM", "FJ", "FK",
    "GB", "GD", "GG", "GY", "HK", "ID", "IE", "IM", "IN", "JE", "JM", "JP", "KE", "KI", "KN", "KY", "LC",
    "LK", "LS", "MO", "MS", "MT", "MU", "MV", "MW", "MY", "MZ", "NA", "NF", "NP", "NR", "NU", "NZ", "PG",
    "PK", "PN", "SB", "SC", "SG", "SH", "SR", "SZ", "TC", "TH", "TK", "TL", "TO", "TT", "TV", "TZ", "UG",
    "VC", "VG", "VI", "WS", "ZA", "ZM", "ZW",
})  # fmt: skip
"""Where traffic keeps left; everywhere else, and where the country is unknown, it keeps right."""

LEGAL_LIMITS_KMH: dict[str, tuple[int, int, int]] = {
    "AR": (130, 110, 50),
    "AU": (110, 100, 50),
    "BR": (110, 100, 50),
    "CL": (120, 100, 50),
    "CO": (100, 80, 50),
    "DE": (130, 100, 50),
    "ES": (120, 90, 50),
    "FR": (130, 80, 50),
    "GB": (113, 97, 48),
    "IE": (120, 80, 50),
    "IN": (120, 80, 50),
    "IT": (130, 90, 50),
    "JP": (100, 60, 50),
    "MX": (110, 80, 50),
    "NL": (100, 80, 50),
    "NZ": (100, 100, 50),
    "PE": (100, 90, 50),
    "PT": (120, 90, 50),
    "US": (113, 89, 48),
    "ZA": (120, 100, 60),
}
"""Limit on motorways, on rural single carriageways and in town, km/h, rounded from mph where that is the
unit (OpenStreetMap wiki, "Default speed limits"). They only cap the free-flow guesses below."""

_CLASSES = 8  # motorway, trunk, primary, secondary, tertiary, unclassified, residential, service
# What Valhalla calls suburban starts at few roads a km², which a town by the sea or in a valley has in its centre:
# it gets a town's speeds. Its own guesses would let people drive 75 km/h there.
_FREE_FLOW_KMH = {
    "rural": (115, 95, 80, 70, 60, 50, 35, 20),
    "suburban": (95, 70, 50, 45, 40, 35, 30, 15),
    "urban": (85, 60, 45, 40, 35, 30, 25, 15),
}


def check_country(country: str | None) -> str | None:
    """`country` in upper case; raises InvalidInput when it is not a two-letter code."""
    if country is None:
        return None
    code = country.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise InvalidInput(
            f"{country!r} is not a country code.",
            hint="Give ISO 3166-1 alpha-2, such as ES or GB.",
            field="country",
        )
    return code


def drives_on_left(country: str | None) -> bool:
    return country in LEFT_DRIVING


def default_speeds(country: str | None) -> list[dict[str, Any]]:
    """Speeds for roads without a posted limit, in the form of Valhalla's `default_speeds_config`, km/h.

    One entry without a country, which is what Valhalla falls back to; with a known country a second
    entry whose speeds never exceed that country's legal limits.
    """
    entries: list[dict[str, Any]] = [{area: _speeds(area, None) for area in _FREE_FLOW_KMH}]
    if country is not None:
        limits = LEGAL_LIMITS_KMH.get(country)
        entries.append({"iso3166-1": country} | {area: _speeds(area, limits) for area in _FREE_FLOW_KMH})
    return entries


def _speeds(area: str, limits: tuple[int, int, int] | None) -> dict[str, Any]:
    ways = list(_FREE_FLOW_KMH[area])
    if limits is not None:
        motorway, rural, urban = limits
        cap = rural if area == "rural" else urban
        ways = [min(ways[0], motorway)] + [min(speed, cap) for speed in ways[1:]]
    links = ways[:5]
    return {
        "way": ways,
        "link_exiting": [max(25, round(speed * 0.6)) for speed in links],
        "link_turning": [max(20, round(speed * 0.5)) for speed in links],
        "roundabout": [min(30, speed) for speed in ways],
        "driveway": 10,
        "alley": 10,
        "parking_aisle": 10,
        "drive-through": 10,
    }
