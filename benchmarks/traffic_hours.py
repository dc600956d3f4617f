"""Measures how well `traffic hours` tells wrong hours from right ones, on synthetic traffic whose truth is known.

    python -m benchmarks.traffic_hours               the seeds that figures are reported on
    python -m benchmarks.traffic_hours --tuning      the seeds that the code was tuned on; never reported

Each site has noise, staff, stray detections, closures and outages of its own, in ten time zones of both hemispheres;
one in seven is open past midnight. Windows of eight weeks are spread over a year, so that many hold a change of
clocks. A wrong site counts as found when an opening or a closing is found moved the right way; of a site that is as
declared, any finding at all is a false alarm.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from zoneinfo import ZoneInfo

from benchmarks.scenes import Scene, scenes
from dfsync.traffic.analysis.days.frame import STEP, Counts
from dfsync.traffic.analysis.findings import HoursFinding, HoursFindingKind, HoursVerdict
from dfsync.traffic.analysis.judge import DeclaredHours, judge
from dfsync.traffic.sandbox.mistakes import SHIFTS, Mistake
from dfsync.traffic.sandbox.visitors import Slots, VisitorCounts

YEAR = datetime.date(2025, 1, 1)
TUNING, REPORTED = (11, 12), (4001, 4002, 4003)
WEEKS = 8


@dataclass(frozen=True)
class Outcome:
    """What became of one site."""

    seed: int
    number: int
    mistake: Mistake
    right: bool
    by_an_hour: bool
    findings: tuple[str, ...]


def main() -> int:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tuning", action="store_true", help="use the tuning seeds")
    parser.add_argument("--sites", type=int, default=500, help="sites of each kind, wrong and right, for each seed")
    parser.add_argument("--weeks", type=int, default=WEEKS)
    parser.add_argument("--misses", action="store_true", help="print each site that was judged wrongly to stderr")
    arguments = parser.parse_args()
    began = time.perf_counter()
    outcomes = list(run(TUNING if arguments.tuning else REPORTED, arguments.sites, arguments.weeks))
    if arguments.misses:
        for outcome in outcomes:
            if not outcome.right:
                print(outcome, file=sys.stderr)
    print(json.dumps({**figures(outcomes), "seconds": round(time.perf_counter() - began, 1)}, indent=2))
    return 0


def run(seeds: Iterable[int], sites: int, weeks: int = WEEKS, processes: int | None = None) -> Iterator[Outcome]:
    """Judge so many wrong and so many right sites for each seed, and a fifth as many with wrong days."""
    parts = ((SHIFTS, sites), ((Mistake.NONE,), sites), ((Mistake.EXTRA_DAY, Mistake.EMPTY_DAY), sites // 5))
    tasks = (
        (seed, weeks, scene)
        for seed in seeds
        for mistakes, count in parts
        for scene in scenes(seed, count, mistakes, first=YEAR)
    )
    if processes == 1:
        yield from map(_judged, tasks)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(_judged, tasks, chunksize=10)


def figures(outcomes: Iterable[Outcome]) -> dict[str, object]:
    """Return the share of wrong hours found and of false alarms, in all and by mistake."""
    all_: Counter[Mistake] = Counter()
    right: Counter[Mistake] = Counter()
    outcomes = list(outcomes)
    for outcome in outcomes:
        all_[outcome.mistake] += 1
        right[outcome.mistake] += outcome.right
    shifted = sum(all_[mistake] for mistake in SHIFTS)
    found = [outcome for outcome in outcomes if outcome.mistake in SHIFTS and outcome.right]
    return {
        "shifted_sites": shifted,
        "shifted_found": round(sum(right[mistake] for mistake in SHIFTS) / max(shifted, 1), 4),
        "found_shifted_by_an_hour": round(sum(outcome.by_an_hour for outcome in found) / max(len(found), 1), 4),
        "right_sites": all_[Mistake.NONE],
        "false_alarms": round(1 - right[Mistake.NONE] / max(all_[Mistake.NONE], 1), 4),
        "found_by_mistake": {
            str(mistake): f"{right[mistake]}/{all_[mistake]}" for mistake in Mistake if mistake is not Mistake.NONE
        },
    }


def observed(seed: int, weeks: int, scene: Scene) -> HoursVerdict:
    """Judge a scene over a window of its own."""
    first = window(seed, weeks, scene)
    source = VisitorCounts(scene.truth, seed, scene.number)
    calendar: dict[datetime.date, Counts] = {}
    for day in source.days(first, first + datetime.timedelta(days=weeks * 7 - 1), Slots(step=STEP)):
        calendar[day.day] = [
            None if silent else count for count, silent in zip(day.counts["entrances"], day.silent, strict=True)
        ]
    return judge(DeclaredHours(scene.declared, scene.truth.timezone), calendar)


def window(seed: int, weeks: int, scene: Scene) -> datetime.date:
    """Return the first day of a scene's window; a clock that ignores daylight saving needs two weeks of it to show."""
    random = Random(f"{seed}/{scene.number}/window")
    while True:
        first = YEAR + datetime.timedelta(days=random.randrange(365 - weeks * 7))
        if scene.mistake is not Mistake.DST:
            return first
        noon, zone = datetime.datetime.combine(first, datetime.time(12)), ZoneInfo(scene.truth.timezone)
        noons = (noon.replace(tzinfo=zone) + datetime.timedelta(days=day) for day in range(weeks * 7))
        if sum(bool(each.dst()) for each in noons) >= 14:
            return first


def _judged(task: tuple[int, int, Scene]) -> Outcome:
    seed, weeks, scene = task
    verdict = observed(seed, weeks, scene)
    shown = tuple(
        f"{f.kind} {f.weekdays} {f.shift_min} {f.span} {f.evidence.agreeing}/{f.evidence.days} "
        f"{f.evidence.weight:.0f} {f.period}"
        for f in verdict.findings
    )
    moved = [finding for finding in verdict.findings if finding.shift_min]
    return Outcome(
        seed,
        scene.number,
        scene.mistake,
        _right(scene, verdict.findings),
        bool(moved) and all(abs(finding.shift_min) == 60 for finding in moved),
        (*shown, verdict.unknown or ""),
    )


def _right(scene: Scene, findings: Iterable[HoursFinding]) -> bool:
    if scene.mistake is Mistake.NONE:
        return not any(findings)
    if scene.mistake is Mistake.EXTRA_DAY:
        return any(finding.kind is HoursFindingKind.BUSY_WHEN_CLOSED for finding in findings)
    if scene.mistake is Mistake.EMPTY_DAY:
        return any(finding.kind is HoursFindingKind.EMPTY_WHEN_OPEN for finding in findings)
    return bool({finding.kind for finding in findings} & expected(scene))


def expected(scene: Scene) -> set[HoursFindingKind]:
    """Return the kinds of finding that a shifted scene can rightly have."""
    truth = scene.truth
    ahead = truth.clock_ahead_min if truth.clock_keeps_dst else -60
    opening = closing = ahead
    for was, is_so in zip(scene.declared.days, truth.hours.days, strict=True):
        if was and is_so:
            opening += is_so[0][0] - was[0][0]
            closing += is_so[-1][1] - was[-1][1]
    kinds = set()
    if opening:
        kinds.add(HoursFindingKind.OPENS_EARLIER if opening < 0 else HoursFindingKind.OPENS_LATER)
    if closing:
        kinds.add(HoursFindingKind.CLOSES_EARLIER if closing < 0 else HoursFindingKind.CLOSES_LATER)
    return kinds


if __name__ == "__main__":
    raise SystemExit(main())
