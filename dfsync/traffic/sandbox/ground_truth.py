"""The truth about the sites of the sandbox, apart from what they declare.

The truth of a site is invented from its declared hours when it is first asked for, and then stays. So correcting the
declared hours brings them nearer to the truth.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from dfsync.sandbox.backend.database import Database
from dfsync.sandbox.settings import SandboxSettings
from dfsync.traffic.sandbox.mistakes import invented, truth_from_json, truth_to_json
from dfsync.traffic.sandbox.visitors import GroundTruth, ReportSite, VisitorCounts


class GroundTruths:
    """The truths of a database, by Site ID."""

    def __init__(self, database: Database, settings: SandboxSettings) -> None:
        self._database = database
        self._settings = settings

    def get(self, id: str) -> GroundTruth:
        """Return the truth of a site; it is invented if there is none yet. Raises KeyError if there is no such site."""
        found = self._database.execute("SELECT number, row, truth FROM sites WHERE id = ?", id)
        if not found:
            raise KeyError(id)
        number, row, kept = found[0]
        if kept is not None:
            return truth_from_json(json.loads(kept))
        truth = invented(self._settings, number, json.loads(row))
        self.put(id, truth)
        return truth

    def put(self, id: str, truth: GroundTruth) -> None:
        """Set the truth from which the traffic of a site is made."""
        self._database.execute("UPDATE sites SET truth = ? WHERE id = ?", json.dumps(truth_to_json(truth)), id)

    def numbered(self, numbers: Iterable[int]) -> list[ReportSite]:
        """Return the sites with these internal ids, ready to report on, in the given order, without unknown ids."""
        found = self._database.execute(
            "SELECT number, id, row FROM sites WHERE number IN (SELECT value FROM json_each(?))", json.dumps([*numbers])
        )
        sites = {
            number: ReportSite(
                number,
                str(json.loads(row)["Site Name"]),
                VisitorCounts(self.get(id), self._settings.traffic_seed, number),
            )
            for number, id, row in found
        }
        return [sites[number] for number in numbers if number in sites]
