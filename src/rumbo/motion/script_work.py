"""How much there is to work out for a device's script, told before it is: no more than so much fits into a worker."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from rumbo.domain.device import DeviceSpec, Link


@dataclass(frozen=True, slots=True)
class ScriptWork:
    """About so many samples and records at most, and so many changes of the link and episodes of faults."""

    records: int
    changes: int


def script_work(device: DeviceSpec, duration_ms: int) -> ScriptWork:
    """What a script for a trip of this length takes; nothing where the device is plain and needs none."""
    if device.is_plain:
        return ScriptWork(0, 0)
    rules, faults = device.reporting, device.faults
    every_ms = rules.step_ms if rules.looks or device.link.lost_in_tunnels else rules.interval_ms
    samples = duration_ms // every_ms + 2
    episodes = (faults.frozen_per_hour + faults.teleport_per_hour) * duration_ms / 3_600_000
    records = ceil(samples * (1.0 + faults.doubled_share))
    return ScriptWork(records, ceil(episodes + _changes(device.link, duration_ms, samples)))


def _changes(link: Link, duration_ms: int, reports: int) -> float:
    """Changes of the link's state during the trip, and after it until all that may wait has been sent."""
    means_ms = [mean_s * 1000.0 for mean_s in (link.good_s, link.weak_s, link.lost_s) if mean_s > 0.0]
    if len(means_ms) == 1:
        return 0.0
    during = duration_ms * len(means_ms) / sum(means_ms)
    waiting = min(reports, link.buffer) if link.lost_s else 0
    sent_each_time = max(1.0, (link.good_s + link.weak_s) * 1000.0 / max(link.burst_ms, 1))
    return during + len(means_ms) * waiting / sent_each_time
