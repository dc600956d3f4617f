"""The runs as tables and plots: medians, spread, peak memory, ratios; and the goals, met or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from benchmarks.measure import Run, middle
from benchmarks.suite import Table


def table_markdown(table: Table) -> str:
    """Return one table; ratios are taken round by round to its first case, in wall time, and their median is shown."""
    names = list(table.runs)
    first = table.runs[names[0]]
    lines = [
        f"#### {table.title}\n",
        "| | wall s | from – to | CPU s | peak MB | wall ratio |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for name in names:
        runs = table.runs[name]
        walls = [run.wall_s for run in runs]
        inner = f" (inside {middle(runs, lambda run: run.inner_s or 0):.3f} s)" if runs[0].inner_s is not None else ""
        lines.append(
            f"| {name}{inner} | {median(walls):.3f} | {min(walls):.3f} – {max(walls):.3f} "
            f"| {middle(runs, lambda run: run.cpu_s):.3f} | {max(run.peak_mb for run in runs):.0f} "
            f"| {ratio(runs, first, lambda run: run.wall_s):.2f} |"
        )
    return "\n".join(lines) + "\n"


def ratio(runs: Sequence[Run], others: Sequence[Run], value: Callable[[Run], float]) -> float:
    """Return the median over rounds of a value's ratio; of the medians where one has fewer rounds."""
    if len(runs) == len(others):
        return median(value(one) / value(other) for one, other in zip(runs, others, strict=True))
    return middle(runs, value) / middle(others, value)


def goals_markdown(tables: Sequence[Table]) -> str:
    """Return the goals of the project, what was measured, and whether they are met, as a table."""
    lines = ["| goal | bound | measured | met |", "|---|--:|--:|---|"]
    for goal, bound, measured, met in _goals({(table.kind, table.size): table.runs for table in tables}):
        lines.append(f"| {goal} | {bound} | {measured} | {'yes' if met else '**no**'} |")
    return "\n".join(lines) + "\n"


_SIZE = 10_000
"""The goals are for so many sites, one a file; quick runs have none."""

_Runs = dict[tuple[str, int | None], dict[str, list[Run]]]
_Goal = tuple[str, str, str, bool]


def _goals(runs: _Runs) -> Iterator[_Goal]:
    yield from _start_goals(runs.get(("start", None), {}))
    yield from _validate_goals(_SIZE, runs)
    yield from _plan_goals(_SIZE, runs.get(("plan", _SIZE), {}))
    yield from _growth_goals(runs)
    for (kind, _), cases in runs.items():
        if kind == "apply":
            check = middle(cases["dfsync validate --no-cache"], _wall)
            server = middle(cases["the same requests, replayed"], lambda run: run.inner_s or run.wall_s)
            spent = (middle(cases["dfsync apply"], _wall) - check) / server
            yield _at_most("apply, less the check of the files ÷ its requests replayed (inside), wall", 1.3, spent)


def _start_goals(cases: dict[str, list[Run]]) -> Iterator[_Goal]:
    if cases:
        bare = cases["bare Python"]
        yield _at_most("`--version` ÷ bare Python", 5, ratio(cases["dfsync --version"], bare, _wall))


def _validate_goals(size: int, runs: _Runs) -> Iterator[_Goal]:
    cold, warm = runs.get(("cold", size), {}), runs.get(("warm", size), {})
    own = cold.get("dfsync validate --no-cache")
    if own and "check-jsonschema" in cold:
        faster = ratio(cold["check-jsonschema"], own, _wall)
        yield f"cold validate, {size:,}: check-jsonschema ÷ dfsync, wall", "≥ 25", f"{faster:.1f}", faster >= 25
    if own and "sourcemeta jsonschema" in cold:
        beside = ratio(own, cold["sourcemeta jsonschema"], _wall)
        yield _at_most(f"cold validate, {size:,}: dfsync ÷ sourcemeta, wall", 1, beside)
    if warm:
        floor = middle(warm["floor: scandir and stat"], lambda run: run.inner_s or run.wall_s)
        again = middle(warm["dfsync validate, nothing changed"], _wall)
        yield _at_most(f"nothing changed, {size:,} ÷ scandir and stat (inside), wall", 6, again / floor)
        hook = ratio(warm["dfsync validate --staged (the hook), that file staged"], warm["bare Python"], _wall)
        yield _at_most(f"the hook, one file of {size:,} staged ÷ bare Python, wall", 12, hook)


def _plan_goals(size: int, cases: dict[str, list[Run]]) -> Iterator[_Goal]:
    if not cases:
        return
    warm, cold = cases["dfsync plan, warm"], cases["dfsync plan --no-cache"]
    parts = [
        Run(one.wall_s + other.wall_s, one.cpu_s + other.cpu_s, 0, 0)
        for one, other in zip(
            cases["dfsync validate, nothing changed"], cases["bare export, dfsync's client"], strict=True
        )
    ]
    yield _at_most(f"plan, {size:,}: warm ÷ (warm validate + bare export), wall", 1.5, ratio(warm, parts, _wall))
    if "octoDNS" in cases:
        for name, own, least in (("cold", cold, 4.5), ("warm", warm, 16)):
            faster = ratio(cases["octoDNS"], own, lambda run: run.cpu_s)
            yield f"plan, {size:,}: octoDNS ÷ dfsync {name}, CPU", f"≥ {least}", f"{faster:.1f}", faster >= least


def _growth_goals(runs: _Runs) -> Iterator[_Goal]:
    for kind, name, bound in (
        ("cold", "dfsync validate --no-cache", 250),
        ("warm", "dfsync validate, nothing changed", 250),
        ("plan", "dfsync plan --no-cache", 400),
        ("plan", "dfsync plan, warm", 400),
    ):
        small, large = runs.get((kind, 10_000), {}).get(name), runs.get((kind, 100_000), {}).get(name)
        if small and large:
            grown = middle(large, _wall) / middle(small, _wall)
            yield _at_most(f"{name}: 100,000 ÷ 10,000 sites, wall", 11, grown)
            peak = max(run.peak_mb for run in large)
            yield f"{name}: peak at 100,000 sites", f"≤ {bound} MB", f"{peak:.0f} MB", peak <= bound


def _at_most(goal: str, bound: float, measured: float) -> _Goal:
    return goal, f"≤ {bound}", f"{measured:.2f}", measured <= bound


def _wall(run: Run) -> float:
    return run.wall_s
