"""What a vehicle's receiver makes of the truth: GNSS error, accuracy and satellites, by place.

Errors are pure functions of (seed, trip time, distance), see noise. Open sky: 3 to 5 m per axis, correlated over about
two minutes. In a street canyon an error of shorter memory comes on top, half of it multipath that belongs to the place;
in a tunnel the fix drifts away.
"""

from __future__ import annotations

STANDING_MPS = 0.3
"""Below this a receiver's speed and course carry nothing; it reports 0 and keeps its course."""
ACCURACY_PER_SIGMA = 1.51
"""Radius with 68 % of a round normal error: sqrt(-2 ln 0.32) of its sigma."""
MULTIPATH_MM = 60_000
"""Along the road the echo of the houses changes over this distance."""
FAST_MS, FAST_SIGMA_M = 6_000, 0.4
"""A receiver's jitter, on top of the slow error of clocks and atmosphere."""
METRES_PER_HDOP = 3.5
"""User equivalent range error of a single-frequency receiver: sigma = HDOP · this."""
