"""Asking a sandbox over real HTTP."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx

from dfsync.sandbox import Sandbox, SandboxSettings

HOURS = [{"days": ["Mon", "Tue"], "start": "09:00", "end": "18:59"}]


def site(id: str, **columns: Any) -> dict[str, Any]:
    """Return a row; underscores in keyword names stand for spaces."""
    return {"Site ID": id, "Site Name": f"Site {id}", **{key.replace("_", " "): v for key, v in columns.items()}}


def sheet(header: Sequence[str], *rows: Sequence[str]) -> bytes:
    """Return a CSV as dfsync writes it."""
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


class Asking:
    """A sandbox and a client that holds a good token."""

    def __init__(self, sandbox: Sandbox, http: httpx.Client) -> None:
        self.sandbox = sandbox
        self.http = http

    def import_(self, sites: bytes | None = None, contacts: bytes | None = None) -> httpx.Response:
        """Upload sheets."""
        files = {"sites": sites, "site_contacts": contacts}
        named = {name: (f"{name}.csv", data, "text/csv") for name, data in files.items() if data is not None}
        return self.http.post("/sites/import", files=named)

    def errors(self, sites: bytes | None = None, contacts: bytes | None = None) -> Mapping[str, list[dict[str, Any]]]:
        """Upload sheets and return the row errors of the 200."""
        answer = self.import_(sites, contacts)
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True
        errors: Mapping[str, list[dict[str, Any]]] = answer.json()["data"]["errors"]
        return errors

    def export(self, **parameters: Any) -> dict[str, Any]:
        """Return one page."""
        answer = self.http.get("/sites/export", params=parameters)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def exported(self) -> dict[str, dict[str, Any]]:
        """Return the sites of the first page by id."""
        return {row["Site ID"]: row for row in self.export()["data"]}


@contextmanager
def asking(*sites: Mapping[str, Any], **settings: Any) -> Iterator[Asking]:
    """Serve sites under some settings."""
    with Sandbox(sites, settings=SandboxSettings(**settings)) as sandbox, client(sandbox) as asked:
        yield asked


@contextmanager
def client(sandbox: Sandbox, token: str | None = None) -> Iterator[Asking]:
    """Return a client of a running sandbox, with a token that it takes unless another is given."""
    headers = {"Authorization": f"Bearer {token or sandbox.token()}"}
    base_url = f"{sandbox.base_url}/customer/{sandbox.customer_id}"
    with httpx.Client(base_url=base_url, headers=headers, trust_env=False, verify=False, timeout=10) as http:
        yield Asking(sandbox, http)
