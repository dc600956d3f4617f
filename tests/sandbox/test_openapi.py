"""The sandbox answers as `schemas/openapi.json` says, to requests that keep to it and to requests that don't."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import negative_data_rejection

from dfsync.model.fields import COLUMNS
from dfsync.runtime.resources import folder
from dfsync.sandbox import Sandbox, SandboxSettings

columns = st.lists(st.sampled_from([*COLUMNS, "Contact Email"]), min_size=1, max_size=5)
cells = st.sampled_from(["", "a", "[]", "[{bad json]", "Europe/Berlin", "EUR", 'é,"\n'])


@st.composite
def sheets(draw: st.DrawFn) -> bytes:
    text = io.StringIO()
    header = draw(columns)
    rows = st.lists(cells, min_size=len(header), max_size=len(header))
    csv.writer(text).writerows([header, *draw(st.lists(rows, max_size=3))])
    return text.getvalue().encode()


schemathesis.openapi.media_type("text/csv", sheets())


def narrowed(sandbox: Sandbox) -> dict[str, Any]:
    """Narrow the document to what JSON Schema can't say: who is asked for, and which ends of a range come first."""
    document = json.loads((folder("schemas") / "openapi.json").read_bytes())
    tokens = document["paths"]["/get_new_tokens"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    for name in tokens["properties"]:
        tokens["properties"][name] = {"const": sandbox.refresh_token}
    document["components"]["parameters"]["customer_id"]["schema"] = {"const": sandbox.customer_id}
    config = document["components"]["schemas"]["TrafficRequest"]["properties"]["config"]["properties"]
    days, times = (config[facet]["properties"]["custom"]["properties"] for facet in ("date_facet", "time_facet"))
    days["range"] = {"enum": [["2026-02-18", "2026-02-19"], ["2026-03-29", "2026-03-29"]]}
    times["range"] = {"enum": [["09:00:00", "17:00:00"], ["00:00:00", "23:59:59"]]}
    return document


SANDBOX = Sandbox([{"Site ID": "a", "Site Name": "A"}], settings=SandboxSettings(report_rows=50))
schema = schemathesis.openapi.from_dict(narrowed(SANDBOX))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with SANDBOX:
        yield SANDBOX


@schema.parametrize()
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_one_that_the_document_describes(case: schemathesis.Case, sandbox: Sandbox) -> None:
    """Status, headers and body of each answer stand in the document, and wrong requests are refused."""
    # No bytes are a wrong sheet: what is wrong in it stands in the row errors of a 200.
    excluded = [negative_data_rejection] if case.operation.path.endswith("/import") else []
    headers = {"Authorization": f"Bearer {sandbox.token()}"}
    case.call_and_validate(base_url=sandbox.base_url, headers=headers, excluded_checks=excluded)
