"""The smallest octoDNS target: it reads records from a JSON file, one name a site, and does little else."""

from __future__ import annotations

import json
import logging

from octodns.provider.base import BaseProvider
from octodns.record import Record


class JsonProvider(BaseProvider):
    """Reads what is live from a file and never changes it."""

    SUPPORTS_GEO = False
    SUPPORTS = frozenset({"A", "TXT"})

    def __init__(self, id: str, filename: str) -> None:
        self.log = logging.getLogger(id)
        super().__init__(id)
        self._filename = filename

    def populate(self, zone, target=False, lenient=False):
        with open(self._filename, encoding="utf-8") as file:
            for name, kinds in json.load(file).items():
                for data in kinds:
                    zone.add_record(Record.new(zone, name, data, source=self, lenient=True), lenient=True)
        return True

    def _apply(self, plan):
        raise AssertionError("the benchmark plans and never applies")
