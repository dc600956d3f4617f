"""Measures one run of one command and of all that it starts: wall time, CPU time and peak memory.

The caller stays small: on Linux the memory of a process before it executes a program counts for that program's peak.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_SAMPLE_S = 0.1


@dataclass(frozen=True)
class Run:
    """What a run took, in seconds and MB. `inner_s` is the time that a floor reports of itself, without its start."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    code: int
    inner_s: float | None = None


@dataclass(frozen=True)
class Case:
    """A command to measure. `before` runs each time before it, unmeasured; `expect` is its exit code."""

    name: str
    command: Sequence[str]
    folder: Path
    before: Callable[[], None] | None = None
    expect: int = 0
    environment: Mapping[str, str] | None = None
    most_rounds: int | None = None


def measured(case: Case) -> Run:
    """Run a case once. Raises RuntimeError with the end of its output when it exits with another code than expected."""
    if case.before is not None:
        case.before()
    began = time.perf_counter()
    with tempfile.TemporaryFile() as out:
        process = subprocess.Popen(
            list(case.command),
            cwd=case.folder,
            env={**os.environ, **(case.environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        watch = _Watch(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        peak = max(watch.stop(), usage.ru_maxrss / 1024)
        out.seek(0)
        said = out.read()
    if process.returncode != case.expect:
        tail = said[-2000:].decode("utf-8", "replace")
        raise RuntimeError(f"{case.name} exited with {process.returncode}, not {case.expect}:\n{tail}")
    return Run(wall, usage.ru_utime + usage.ru_stime, peak, process.returncode, _inner(said))


def in_turns(cases: Sequence[Case], rounds: int, tell: Callable[[str], None]) -> dict[str, list[Run]]:
    """Run all cases in turns, so that other work of the machine slows all of them alike. A first round warms up."""
    runs: dict[str, list[Run]] = {case.name: [] for case in cases}
    for number in range(rounds + 1):
        for case in cases:
            if case.most_rounds is not None and len(runs[case.name]) >= case.most_rounds:
                continue
            run = measured(case)
            tell(f"  {case.name}: {run.wall_s:.3f} s wall, {run.cpu_s:.3f} s CPU, {run.peak_mb:.0f} MB")
            if number or case.most_rounds is not None:
                runs[case.name].append(run)
    return runs


def middle(runs: Sequence[Run], value: Callable[[Run], float]) -> float:
    """Return the median of a value over runs."""
    return median(value(run) for run in runs)


class _Watch:
    """Samples the memory of a process and its children together, shared pages counted once (PSS), where Linux tells."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peak = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> float:
        self._ended.set()
        self._thread.join()
        return self._peak

    def _run(self) -> None:
        while not self._ended.wait(_SAMPLE_S):
            family = _children(self._pid)
            if family:  # a process alone is told exactly when it ends
                self._peak = max(self._peak, sum(map(_pss_mb, (self._pid, *family))))


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _pss_mb(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _inner(said: bytes) -> float | None:
    try:
        return float(json.loads(said.strip().splitlines()[-1])["inner_s"])
    except (IndexError, ValueError, TypeError, KeyError):
        return None
