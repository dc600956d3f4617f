"""The runs as tables and plots: medians, spread, peak memory, ratios; and the goals, met or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from benchmarks.measure import Run, middle
from benchmarks.suite import COLD, FROM_CSV, FROM_XLSX, PLAN_COLD, PLAN_WARM, SAME, UNIFORM, VARIED, Table


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


def growth_markdown(tables: Sequence[Table]) -> str:
    """Return time and memory of the same commands on more and more sites, all sizes in one table for a kind of data."""
    parts = []
    for data in dict.fromkeys(table.data for table in tables if table.kind == "growth"):
        of_data = [table for table in tables if table.kind == "growth" and table.data == data]
        lines = [
            f"#### Growth: wall time and peak memory, {data} data\n",
            f"| | {' | '.join(f'{table.size:,} sites' for table in of_data)} |",
            f"|---|{'--:|' * len(of_data)}",
        ]
        for name in of_data[0].runs:
            cells = (
                f"{middle(runs, _wall):.2f} s, {max(run.peak_mb for run in runs):.0f} MB"
                for runs in (table.runs[name] for table in of_data)
            )
            lines.append(f"| {name} | {' | '.join(cells)} |")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def ratio(runs: Sequence[Run], others: Sequence[Run], value: Callable[[Run], float]) -> float:
    """Return the median over rounds of a value's ratio; of the medians where one has fewer rounds."""
    if len(runs) == len(others):
        return median(value(one) / value(other) for one, other in zip(runs, others, strict=True))
    return middle(runs, value) / middle(others, value)


def goals_markdown(tables: Sequence[Table]) -> str:
    """Return the goals of the project, what was measured, and whether they are met, as a table."""
    lines = ["| goal | bound | varied data | uniform data | met |", "|---|--:|--:|--:|---|"]
    runs = {(table.kind, table.data, table.size): table.runs for table in tables}
    uniform = {goal: said for goal, _, said, _ in _goals(runs, UNIFORM)}
    for goal, bound, said, met in _goals(runs, VARIED):
        lines.append(f"| {goal} | {bound} | {said} | {uniform.get(goal, '–')} | {'yes' if met else '**no**'} |")
    return "\n".join(lines) + "\n"


_SIZE = 10_000
"""The goals are for so many sites, one a file; quick runs have none."""

_Cases = dict[str, list[Run]]
_Runs = dict[tuple[str, str | None, int | None], _Cases]
_Goal = tuple[str, str, str, bool]


def _goals(runs: _Runs, data: str) -> Iterator[_Goal]:
    yield from _cold_goals(runs.get(("cold", data, _SIZE), {}))
    yield from _warm_goals(runs.get(("warm", data, _SIZE), {}))
    yield from _plan_goals(runs.get(("plan", data, _SIZE), {}))
    for (kind, of, _), cases in runs.items():
        if kind == "apply" and of == data:
            yield _apply_goal(cases)
        if kind == "sheets" and of == data:
            spreadsheet = ratio(cases[FROM_XLSX], cases[FROM_CSV], _cpu)
            yield _at_most("from .xlsx ÷ from .csv, CPU", 1.5, spreadsheet)
    yield from _growth_goals(runs, data)


def _cold_goals(cases: _Cases) -> Iterator[_Goal]:
    own = cases.get(COLD)
    if own is None:
        return
    if "sourcemeta jsonschema" in cases:
        beside = ratio(own, cases["sourcemeta jsonschema"], _wall)
        yield _at_most("cold check ÷ Sourcemeta's, wall", 1.0, beside)
    events = ratio(own, cases["floor: libyaml's events"], _cpu)
    yield _at_most("cold check ÷ libyaml's events as Python objects, CPU", 1.8, events)


def _warm_goals(cases: _Cases) -> Iterator[_Goal]:
    if not cases:
        return
    floor = middle(cases["floor: scandir and stat"], lambda run: run.inner_s or run.wall_s)
    again = middle(cases[SAME], _wall)
    yield _at_most("nothing changed ÷ scandir and stat (inside), wall", 4, again / floor)
    hook = ratio(cases["dfsync validate --staged (the hook), that file staged"], cases["bare Python"], _wall)
    yield _at_most("the hook, one file staged ÷ bare Python, wall", 12, hook)


def _plan_goals(cases: _Cases) -> Iterator[_Goal]:
    if "octoDNS" not in cases:
        return
    for name, own, least in (("cold", PLAN_COLD, 4), ("warm", PLAN_WARM, 16)):
        faster = ratio(cases["octoDNS"], cases[own], _cpu)
        yield f"octoDNS ÷ plan, {name}, CPU", f"≥ {least}", f"{faster:.1f}", faster >= least


def _apply_goal(cases: _Cases) -> _Goal:
    parts = (COLD, "bare export, dfsync's client", "the same requests, replayed")
    least = sum(middle(cases[name], _wall) for name in parts)
    return _at_most("apply ÷ (cold check + export + requests), wall", 1.1, middle(cases["dfsync apply"], _wall) / least)


def _growth_goals(runs: _Runs, data: str) -> Iterator[_Goal]:
    small, hundred, large = (runs.get(("growth", data, size), {}) for size in (20_000, 100_000, 200_000))
    for name in (COLD, SAME, PLAN_COLD, PLAN_WARM):
        if small and large:
            grown = middle(large[name], _wall) / middle(small[name], _wall)
            yield _at_most(f"{name}: 200,000 ÷ 20,000 sites, wall", 10.5, grown)
    for name, bound in ((COLD, 150), (PLAN_COLD, 250)):
        if hundred:
            peak = max(run.peak_mb for run in hundred[name])
            yield f"{name}: peak at 100,000 sites", f"≤ {bound} MB", f"{peak:.0f} MB", peak <= bound


def _at_most(goal: str, bound: float, measured: float) -> _Goal:
    return goal, f"≤ {bound}", f"{measured:.2f}", measured <= bound


def _wall(run: Run) -> float:
    return run.wall_s


def _cpu(run: Run) -> float:
    return run.cpu_s
