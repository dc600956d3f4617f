"""A repository, the stub API, and dfsync between them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.stub import COLUMNS, REFRESH, TOKEN, Stub, table
from tests.support.git import Repository, repository
from tests.support.run import Outcome, dfsync, in_process, write

CONFIG = "version: 1\ndefault_target: production\ntargets:\n  production: {customer_id: 123}\n"


@dataclass
class World:
    """A repository at `root` whose target is `api`."""

    root: Path
    api: Stub
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.environment = {"DFSYNC_TOKEN": TOKEN, "DFSYNC_BASE_URL": self.api.url, "DFSYNC_AUTH_URL": self.api.url}
        self.write({"dfsync.yaml": CONFIG})

    def write(self, files: Mapping[str, str]) -> None:
        """Write files below the root."""
        write(self.root, files)

    def config(self, more: str) -> None:
        """Write a dfsync.yaml with more lines."""
        self.write({"dfsync.yaml": CONFIG + more})

    def site(self, text: str, name: str = "site") -> None:
        """Write a site file."""
        self.write({f"sites/{name}.yaml": text})

    def read(self, name: str) -> Any:
        """Read a JSON file below the root."""
        return json.loads((self.root / name).read_text("utf-8"))

    def live(self, *rows: Mapping[str, Any], name: str = "live.json") -> str:
        """Save an export and return its name."""
        document = {"success": True, "data": [dict(row) for row in rows], "total": len(rows)}
        self.write({name: json.dumps(document)})
        return name

    def dfsync(self, *arguments: str, **environment: str) -> Outcome:
        """Run dfsync in this process, with the exit code, stdout and stderr that a process has."""
        outcome = in_process(self.root, *arguments, environment={**self.environment, **environment})
        assert TOKEN not in outcome.all
        assert REFRESH not in outcome.all
        return outcome

    def ok(self, *arguments: str, **environment: str) -> Outcome:
        """Run dfsync and expect 0."""
        outcome = self.dfsync(*arguments, **environment)
        assert outcome.code == 0, (outcome.code, outcome.all)
        return outcome

    def process(self, *arguments: str, input: str = "", **environment: str) -> Outcome:
        """Run dfsync as a process of its own."""
        return dfsync(self.root, *arguments, environment={**self.environment, **environment}, input=input)

    def codes(self) -> dict[str, str]:
        """Validate and return the severities by code."""
        report = self.dfsync("validate", "--format", "json").json
        return {one["code"]: one["severity"] for one in report["diagnostics"]}

    def findings(self, *severities: str) -> list[dict[str, Any]]:
        """Validate and return the diagnostics of these severities."""
        report = self.dfsync("validate", "--format", "json").json
        return [one for one in report["diagnostics"] if not severities or one["severity"] in severities]

    def plan(self, *rows: Mapping[str, Any], options: tuple[str, ...] = ()) -> dict[str, Any]:
        """Plan against a saved export of these rows and return the plan file."""
        live = self.live(*rows)
        plan: dict[str, Any] = self.ok("plan", "--live", live, "--format", "json", *options).json
        return plan

    def change(self, *rows: Mapping[str, Any]) -> dict[str, Any]:
        """Plan and return {field: (before, after)} of the only change, {} when there is none."""
        changes = self.plan(*rows)["changes"]
        assert len(changes) <= 1
        return {one["field"]: (one["before"], one["after"]) for change in changes for one in change["fields"]}

    def rendered(self, *rows: Mapping[str, Any]) -> dict[str, list[list[str]]]:
        """Render against a saved export of these rows and return the sheets by name."""
        self.ok("render", "--live", self.live(*rows), "--out", "rendered")
        return {path.name: table(path.read_bytes()) for path in sorted((self.root / "rendered").iterdir())}

    def apply(self, *arguments: str, **environment: str) -> Outcome:
        """Apply without asking, with a receipt in receipt.json."""
        return self.dfsync("apply", "--auto-approve", "--receipt", "receipt.json", *arguments, **environment)

    def receipt(self) -> Any:
        """Read the last receipt."""
        return self.read("receipt.json")

    def git(self, *arguments: str) -> str:
        """Run git in the repository."""
        return Repository(self.root).git(*arguments)

    def commit(self) -> None:
        """Put everything under version control."""
        made = Repository(self.root) if (self.root / ".git").exists() else repository(self.root)
        made.commit()


def row(site_id: str = "site-123", name: str = "Downtown Store", **columns: Any) -> dict[str, Any]:
    """Return a row of the export; `Address_City="x"` names columns."""
    empty: dict[str, Any] = dict.fromkeys(COLUMNS)
    given = {column.replace("_", " "): value for column, value in columns.items()}
    assert set(given) <= set(COLUMNS)
    return {**empty, "Site ID": site_id, "Site Name": name, **given}
