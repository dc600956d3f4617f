"""What is measured. The cases of a table run in turns, and the others are compared with the first."""

from __future__ import annotations

import itertools
import multiprocessing
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.data import change, make_export, make_repository
from benchmarks.measure import Case, Run, in_turns
from benchmarks.peers import SCHEMA, Peers, make_zone
from benchmarks.server import serving

FLOORS = Path(__file__).resolve().parent / "floors"
TARGET = Path(__file__).resolve().parent / "target"


VARIED, UNIFORM = "varied", "uniform"
COLD, SAME = "dfsync validate --no-cache", "dfsync validate, nothing changed"
PLAN_COLD, PLAN_WARM = "dfsync plan --no-cache", "dfsync plan, warm"
FROM_CSV, FROM_XLSX = "dfsync pull --from stores.csv", "dfsync pull --from stores.xlsx"


@dataclass(frozen=True)
class Table:
    """The runs of one table, by case; `size` is its sites and `data` their kind, None where that means nothing."""

    title: str
    kind: str
    data: str | None
    size: int | None
    runs: dict[str, list[Run]]


@dataclass(frozen=True)
class Extent:
    """How much is measured, in sites.

    `size` is for all tables that compare commands with each other, floors and peers, on both kinds of data. `growing`
    are the sizes at which dfsync alone is measured, by kind of data. `applied` is for apply, and `small` for peers that
    take minutes for more.
    """

    size: int
    growing: dict[str, tuple[int, ...]]
    applied: int
    small: int
    rounds: int


FULL = Extent(
    10_000, {VARIED: (2_000, 20_000, 100_000, 200_000), UNIFORM: (2_000, 20_000, 100_000, 200_000)}, 25_000, 1_000, 5
)
QUICK = Extent(1_000, {VARIED: (200, 2_000), UNIFORM: (200, 2_000)}, 500, 200, 2)
_LARGE = 20_000
"""From so many sites on, a command that takes seconds runs once."""


@dataclass
class Suite:
    """Makes data, installs peers, and runs the tables of an extent."""

    work: Path
    extent: Extent
    tell: Callable[[str], None]
    with_peers: bool = True
    peers: Peers = field(init=False)
    programs: Path = field(init=False)

    def prepare(self) -> None:
        """Install dfsync and its peers."""
        self.tell("installing")
        self.peers = Peers(self.work / "peers", self.tell)
        self.programs = self.peers.dfsync()

    def tables(self, kinds: Sequence[str] = ()) -> Iterator[Table]:
        """Run everything, or some kinds of tables; yields each when it is done."""
        makers: dict[str, Callable[[], Iterator[Table]]] = {
            "start": self._start,
            "cold": self._cold,
            "together": self._together,
            "warm": self._warm,
            "plan": self._plan,
            "apply": self._apply,
            "sheets": self._sheets,
            "growth": self._growth,
        }
        for kind, make in makers.items():
            if not kinds or kind in kinds:
                yield from make()

    def _start(self) -> Iterator[Table]:
        folder = self._repository("start", VARIED, 1, 1)
        many = self._repository("sites", VARIED, self.extent.size, 1)
        subprocess.run([self.programs / "dfsync", "list"], cwd=many, check=True, stdout=subprocess.DEVNULL)
        cases = [
            self._floor("bare Python", folder, "-c", "pass"),
            self._floor("import click", folder, "-c", "import click"),
            self._dfsync("dfsync --version", folder, "--version"),
            self._dfsync("dfsync --help", folder, "--help"),
            self._dfsync("dfsync validate --help", folder, "validate", "--help"),
            self._dfsync("a TAB for the name of a rule", many, "__complete", "codes", "DF", "."),
            self._dfsync(f"a TAB for one of {self.extent.size:,} sites", many, "__complete", "ids", "", "."),
            self._dfsync("dfsync validate, one file in all, cold", folder, "validate", "--no-cache"),
        ]
        if (check := self._python_peer("check-jsonschema", "check-jsonschema")) is not None:
            cases.append(Case("check-jsonschema --version", [check, "--version"], folder))
        yield self._table("Start", "start", None, None, cases, self.extent.rounds * 2)

    def _cold(self) -> Iterator[Table]:
        for data, size in ((VARIED, self.extent.small), *self._compared()):
            folder = self._repository("sites", data, size, 1)
            cases = [
                self._dfsync(COLD, folder, "validate", "--no-cache"),
                *self._parse_floors(folder),
                *self._validators(folder, size, 1),
            ]
            title = f"Cold: {size:,} files of one site, {data} data"
            yield self._table(title, "cold", data, size, cases)

    def _together(self) -> Iterator[Table]:
        size = self.extent.size
        for per_file in (10, 1000):
            folder = self._repository("sites", VARIED, size, per_file)
            cases = [
                self._dfsync(COLD, folder, "validate", "--no-cache"),
                *self._parse_floors(folder),
                *self._validators(folder, size, per_file),
            ]
            title = f"Cold: {size:,} sites, {per_file:,} a file, {VARIED} data"
            yield self._table(title, "together", VARIED, size, cases)

    def _warm(self) -> Iterator[Table]:
        for data, size in self._compared():
            folder = self._repository("sites", data, size, 1)
            changing, staging = (self._repository(name, data, size, 1) for name in ("changing", "staging"))
            numbers = itertools.count(time.time_ns())
            file, hook = "sites/0000/site-000000.yaml", ("validate", "--staged")

            def edit(root: Path = changing, numbers: Iterator[int] = numbers) -> None:
                change(root, next(numbers))

            def stage(root: Path = staging, numbers: Iterator[int] = numbers) -> None:
                subprocess.run(["git", "add", change(root, next(numbers))], cwd=root, check=True)

            cases = [
                self._floor("floor: scandir and stat", folder, FLOORS / "walk.py"),
                self._floor("floor: read and hash", folder, FLOORS / "hash.py"),
                self._floor("bare Python", folder, "-c", "pass"),
                self._dfsync(SAME, folder, "validate"),
                self._dfsync("dfsync validate, one file changed", changing, "validate", before=edit),
                self._dfsync("dfsync validate FILE, that file changed", changing, "validate", file, before=edit),
                self._dfsync("dfsync validate --staged (the hook), that file staged", staging, *hook, before=stage),
            ]
            yield self._table(f"Again: {size:,} files, {data} data", "warm", data, size, cases)

    def _plan(self) -> Iterator[Table]:
        for data, size in self._compared():
            folder, export = self._repository("sites", data, size, 1), self._export(data, size)
            with serving(self.programs / "dfsync", export) as server:
                there = server.environment
                cases = [
                    self._dfsync(PLAN_WARM, folder, "plan", environment=there),
                    self._dfsync(PLAN_COLD, folder, "plan", "--no-cache", environment=there),
                    self._dfsync("dfsync plan --live FILE, warm", folder, "plan", "--live", str(export)),
                    self._dfsync(SAME, folder, "validate"),
                    self._floor("bare export, dfsync's client", folder, FLOORS / "export.py", "client", live=there),
                    self._floor("bare export, httpx page by page", folder, FLOORS / "export.py", "httpx", live=there),
                ]
                if (octo := self._python_peer("octodns", "octodns-sync")) is not None:
                    zone = _made(make_zone, self.work / "data" / f"zone-{size}", size)
                    command = [octo, "--config-file", "config.yaml", "--quiet"]
                    path = {"PYTHONPATH": str(TARGET)}
                    cases.append(Case("octoDNS", command, zone, environment=path, most_rounds=2))
                title = f"Plan: {size:,} sites, one in a hundred differs, {data} data"
                yield self._table(title, "plan", data, size, cases)

    def _growth(self) -> Iterator[Table]:
        """Measure the same commands on more and more sites."""
        for data, sizes in self.extent.growing.items():
            for size in sizes:
                folder, export = self._repository("sites", data, size, 1), self._export(data, size)
                once = 1 if size >= _LARGE else None
                with serving(self.programs / "dfsync", export) as server:
                    there = server.environment
                    cases = [
                        self._dfsync(COLD, folder, "validate", "--no-cache", most_rounds=once),
                        self._dfsync(SAME, folder, "validate"),
                        self._dfsync(PLAN_COLD, folder, "plan", "--no-cache", environment=there, most_rounds=once),
                        self._dfsync(PLAN_WARM, folder, "plan", environment=there),
                    ]
                    title = f"Growth: {size:,} sites, {data} data"
                    yield self._table(title, "growth", data, size, cases, 1 if size >= _LARGE else self.extent.rounds)

    def _apply(self) -> Iterator[Table]:
        size = self.extent.applied
        folder = self._repository("apply", VARIED, size, 1)
        export = _made(make_export, self.work / "data" / f"apply-{size}.json", size, size // 25, VARIED)
        with ExitStack() as stack:
            database = self.work / "data" / "apply.sqlite"
            server = stack.enter_context(serving(self.programs / "dfsync", export, database))
            again = stack.enter_context(serving(self.programs / "dfsync", export, database.with_name("again.sqlite")))
            log = database.with_name("requests.sqlite")

            def reset() -> None:
                shutil.rmtree(folder / ".dfsync" / "state", ignore_errors=True)
                server.start()

            def keep_log() -> None:
                server.stop()
                shutil.copyfile(database, log)
                again.start()

            command = ("apply", "--auto-approve")
            cases = [
                self._dfsync("dfsync apply", folder, *command, before=reset, environment=server.environment),
                self._floor(
                    "the same requests, replayed",
                    folder,
                    FLOORS / "replay.py",
                    log,
                    live=again.environment,
                    before=keep_log,
                ),
                self._dfsync(COLD, folder, "validate", "--no-cache"),
                self._floor(
                    "bare export, dfsync's client", folder, FLOORS / "export.py", "client", live=again.environment
                ),
            ]
            title = f"Apply: {size // 25:,} changes among {size:,} sites, {VARIED} data"
            yield self._table(title, "apply", VARIED, size, cases, min(self.extent.rounds, 3))

    def _sheets(self) -> Iterator[Table]:
        """Measure what the same sites take as .csv and as .xlsx, from a spreadsheet to files."""
        size = self.extent.applied
        folder = self._repository("sheets", VARIED, size, 1000)
        cases = []
        for name, file in ((FROM_CSV, "stores.csv"), (FROM_XLSX, "stores.xlsx")):
            subprocess.run([self.programs / "dfsync", "sheet", file], cwd=folder, check=True)
            empty = self.work / "data" / f"from-{file}"

            def clear(empty: Path = empty) -> None:
                shutil.rmtree(empty, ignore_errors=True)
                empty.mkdir()
                (empty / "dfsync.yaml").write_text("version: 1\n", encoding="utf-8")

            cases.append(self._dfsync(name, empty, "pull", "--from", str(folder / file), before=clear))
        yield self._table(f"From a spreadsheet: {size:,} new sites, {VARIED} data", "sheets", VARIED, size, cases)

    def _table(
        self,
        title: str,
        kind: str,
        data: str | None,
        size: int | None,
        cases: Sequence[Case],
        rounds: int | None = None,
    ) -> Table:
        self.tell(title)
        return Table(title, kind, data, size, in_turns(cases, rounds or self.extent.rounds, self.tell))

    def _compared(self) -> tuple[tuple[str, int], ...]:
        return (VARIED, self.extent.size), (UNIFORM, self.extent.size)

    def _export(self, data: str, size: int) -> Path:
        return _made(make_export, self.work / "data" / f"live-{data}-{size}.json", size, size // 100, data)

    def _repository(self, name: str, data: str, size: int, per_file: int) -> Path:
        return _made(make_repository, self.work / "data" / f"{name}-{data}-{size}x{per_file}", size, per_file, data)

    def _dfsync(
        self,
        name: str,
        folder: Path,
        *arguments: str,
        before: Callable[[], None] | None = None,
        environment: dict[str, str] | None = None,
        most_rounds: int | None = None,
    ) -> Case:
        command = [str(self.programs / "dfsync"), *arguments]
        return Case(name, command, folder, before, environment=environment, most_rounds=most_rounds)

    def _floor(
        self,
        name: str,
        folder: Path,
        *arguments: str | Path,
        live: dict[str, str] | None = None,
        before: Callable[[], None] | None = None,
    ) -> Case:
        command = [str(self.programs / "python"), *map(str, arguments)]
        return Case(name, command, folder, before, environment=live)

    def _parse_floors(self, folder: Path) -> Iterator[Case]:
        for kind, name in (
            ("raw", "floor: libyaml, no Python objects"),
            ("events", "floor: libyaml's events"),
            ("load", "floor: CSafeLoader"),
        ):
            yield self._floor(name, folder, FLOORS / "parse.py", kind)

    def _validators(self, folder: Path, size: int, per_file: int) -> Iterator[Case]:
        source = self._node_peer("@sourcemeta/jsonschema", "jsonschema")
        if source is not None:
            command = [str(source), "validate", str(SCHEMA), "sites", "--extension", ".yaml"]
            yield Case("sourcemeta jsonschema", command, folder)
            yield Case("sourcemeta jsonschema --fast", [*command, "--fast"], folder)
        ajv = self._node_peer("ajv-cli", "ajv")
        if ajv is not None:
            command = [str(ajv), "validate", "--strict=false", "-s", str(SCHEMA), "-d", "sites/**/*.yaml"]
            yield Case("ajv-cli", command, folder)
        check = self._python_peer("check-jsonschema", "check-jsonschema")
        if check is not None and size <= self.extent.small and per_file == 1:
            files = sorted(str(path.relative_to(folder)) for path in folder.glob("sites/**/*.yaml"))
            command = [str(check), "--schemafile", str(SCHEMA), *files]
            yield Case("check-jsonschema", command, folder, most_rounds=1)

    def _python_peer(self, package: str, program: str) -> Path | None:
        return self.peers.python(package, program) if self.with_peers else None

    def _node_peer(self, package: str, program: str) -> Path | None:
        return self.peers.node(package, program) if self.with_peers else None


def _made(make: Callable[..., Path], path: Path, *arguments: int | str) -> Path:
    """Make data in a process of its own. This one must stay small: it can't measure less memory than it has."""
    process = multiprocessing.Process(target=make, args=(path, *arguments))
    process.start()
    process.join()
    if process.exitcode:
        raise RuntimeError(f"{path} could not be made")
    return path


def machine(programs: Path) -> str:
    """Return what the figures are measured on; `programs` are those of the environment of dfsync."""
    import os
    import platform

    asked = [programs / "python", "-c", "import yaml; print(yaml._yaml.get_version_string())"]
    libyaml = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    model = platform.processor() or platform.machine()
    try:
        cpu = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        model = next(line.partition(":")[2].strip() for line in cpu.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {sys.version.split()[0]}, libyaml {libyaml}"
