"""The API as its documents show it and no more: a plain http.server that records what it is asked.

Written from `sites-api.txt`, `common-api-guide.txt` and `traffic-metrics-api.txt` alone; it shares nothing with
`dfsync.sandbox`, so that a misreading there can't hide here.
"""

from __future__ import annotations

import csv
import email.parser
import email.policy
import io
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

COLUMNS = (
    "Site ID",
    "Site Name",
    "Address Street",
    "Address City",
    "Address State",
    "Address Country",
    "Address Postal Code",
    "Shipping Address Street",
    "Shipping Address City",
    "Shipping Address State",
    "Shipping Address Country",
    "Shipping Address Postal Code",
    "Site Groups",
    "Escalation Path",
    "Timezone",
    "Currency",
    "Operational Hours",
)
TOKEN = "contract-bearer-0123456789abcdef"
REFRESH = "contract-refresh-0123456789abcdef"


class _Server(ThreadingHTTPServer):
    """A server that does not mind a client that hangs up before the whole answer was written."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@dataclass
class Asked:
    """A request as it came in. `files` are the parts of a multipart body by field name."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    status: int = 0


@dataclass
class Fault:
    """What to answer instead, `times` times, to requests whose path ends with `path`.

    `status` None drops the connection. `after` lets an import take effect before the fault shows.
    """

    path: str
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b'{"success": false, "message": "a fault of the stub"}'
    times: int = 1
    skip: int = 0
    after: bool = False
    only: Callable[[Asked], bool] = lambda asked: True


RowError = dict[str, Any]
Judge = Callable[[dict[str, str]], tuple[str, str] | None]


class Stub:
    """The documented API on loopback. Everything the documents leave open is an attribute."""

    def __init__(self) -> None:
        self.sites: dict[str, dict[str, Any]] = {}
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.tokens = {TOKEN}
        self.refresh_tokens = {REFRESH}
        self.issued = 0
        self.customer = 123
        self.page_cap = 1000
        self.default_page = 100
        self.blank_clears = True
        self.row_base = 2  # the number of the first row below the header
        self.judge: Judge = lambda row: None
        self.judge_contact: Judge = lambda row: None
        self.empty: Any = None  # how the export shows an empty field; Ellipsis leaves the key out
        self.hours_as_text = False
        self.max_rows: int | None = None
        self.rewrite: Callable[[dict[str, Any]], dict[str, Any]] = lambda row: row
        self.before_import: Callable[[], None] = lambda: None
        self.after_import: Callable[[], None] = lambda: None
        self.traffic: Callable[[dict[str, Any]], dict[str, Any]] | None = None
        self.protocol = "HTTP/1.1"
        self._lock = threading.Lock()
        stub = self

        class Handler(_Handler):
            owner = stub

        self._handler = Handler
        self._server: _Server | None = None

    def __enter__(self) -> Self:
        self._handler.protocol_version = self.protocol
        self._server = _Server(("127.0.0.1", 0), self._handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Where it serves."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_port}"

    def put(self, site_id: str, name: str = "A Store", **columns: Any) -> None:
        """Create or change a site, as somebody does in the web application: `put("s1", Timezone="UTC")`."""
        row = {column.replace("_", " "): value for column, value in columns.items()}
        self.sites[site_id] = {**self.sites.get(site_id, {}), "Site ID": site_id, "Site Name": name, **row}

    def requests(self, ending: str = "") -> list[Asked]:
        """Return the requests whose path ends so."""
        return [asked for asked in self.asked if asked.path.endswith(ending)]

    def imports(self) -> list[Asked]:
        """Return the imports that were asked for."""
        return self.requests("/sites/import")

    def sheets(self, name: str = "sites") -> list[list[list[str]]]:
        """Return the uploaded sheets of a form field: header and rows."""
        return [table(asked.files[name]) for asked in self.imports() if name in asked.files]

    def exported(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row as the export shows it."""
        shown = {column: row.get(column) for column in COLUMNS}
        if self.hours_as_text and shown["Operational Hours"]:
            shown["Operational Hours"] = json.dumps(shown["Operational Hours"])
        shown = {column: self.empty if value in (None, "", []) else value for column, value in shown.items()}
        return {column: value for column, value in shown.items() if value is not ...}

    def page(self, query: dict[str, str]) -> dict[str, Any]:
        """Answer an export."""
        wanted = query.get("site_external_ids")
        ids = set(wanted.split(",")) if wanted is not None else None
        rows = [row for key, row in list(self.sites.items()) if ids is None or key in ids]
        size = min(int(query.get("p_size", self.default_page)), self.page_cap)
        number = int(query.get("p_number", 1))
        shown = [self.exported(row) for row in rows[(number - 1) * size : number * size]]
        pages = -(-len(rows) // size)
        return {
            "success": True,
            "data": shown,
            "p_number": number,
            "p_size": size,
            "total_pages": pages,
            "total": len(rows),
        }

    def take_in(self, files: dict[str, bytes]) -> dict[str, Any]:
        """Answer an import, having done it."""
        errors: dict[str, list[RowError]] = {"sites": [], "site_contacts": []}
        for name, judge in (("sites", self.judge), ("site_contacts", self.judge_contact)):
            if name not in files:
                continue
            header, *rows = table(files[name])
            for number, cells in enumerate(rows, self.row_base):
                row = dict(zip(header, cells, strict=True))
                if found := judge(row):
                    column, message = found
                    value = row.get(column, "")
                    errors[name].append({"error_msg": message, "row": number, "column": column, "value": value})
                elif name == "sites":
                    self._take_in_row(row)
        return {"success": True, "data": {"data": {}, "errors": errors}}

    def _take_in_row(self, row: dict[str, str]) -> None:
        old = self.sites.get(row["Site ID"], {})
        new: dict[str, Any] = dict(old)
        for column, cell in row.items():
            if not cell and not self.blank_clears and old.get(column):
                continue
            new[column] = json.loads(cell) if column == "Operational Hours" and cell else (cell or None)
        self.sites[row["Site ID"]] = self.rewrite(new)


def table(data: bytes) -> list[list[str]]:
    """Read a sheet: header and rows."""
    return list(csv.reader(io.StringIO(data.decode("utf-8"), newline="")))


def parts(content_type: str, body: bytes) -> dict[str, bytes]:
    """Read a multipart body by the standard library's parser."""
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(head + body)
    read: dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        read[str(name)] = payload
    return read


class _Handler(BaseHTTPRequestHandler):
    owner: Stub
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def _serve(self) -> None:
        stub = self.owner
        address = urlsplit(self.path)
        query = {key: values[-1] for key, values in parse_qs(address.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, address.path, query, {k.lower(): v for k, v in self.headers.items()}, body)
        if "multipart" in asked.headers.get("content-type", ""):
            asked.files = parts(asked.headers["content-type"], body)
        with stub._lock:
            stub.asked.append(asked)
            fault = self._fault(asked)
            if fault is None or fault.after:
                status, answer = self._answer(asked)
            if fault is None:
                self._reply(asked, status, {}, json.dumps(answer).encode())
            elif fault.status is None:
                self.close_connection = True
                self.connection.close()
            else:
                self._reply(asked, fault.status, fault.headers, fault.body)

    def _fault(self, asked: Asked) -> Fault | None:
        for fault in self.owner.faults:
            if asked.path.endswith(fault.path) and fault.times > 0 and fault.only(asked):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None

    def _answer(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        stub = self.owner
        if asked.path == "/get_new_tokens" and asked.method == "POST":
            return self._new_tokens(asked)
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in stub.tokens:
            return 401, {"message": "Unauthorized"}
        base = f"/customer/{stub.customer}"
        if asked.method == "GET" and asked.path == f"{base}/sites/export":
            return 200, stub.page(asked.query)
        if asked.method == "POST" and asked.path == f"{base}/sites/import":
            return self._import(asked)
        if asked.method == "POST" and asked.path == f"{base}/insights/generate_traffic_report" and stub.traffic:
            return 200, stub.traffic(json.loads(asked.body))
        return 404, {"message": "Not Found"}

    def _import(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        stub = self.owner
        if not asked.files:
            return 400, {"message": "no file"}
        if stub.max_rows is not None and any(len(table(data)) - 1 > stub.max_rows for data in asked.files.values()):
            return 413, {"message": "Payload Too Large"}
        stub.before_import()
        answer = stub.take_in(asked.files)
        stub.after_import()
        return 200, answer

    def _new_tokens(self, asked: Asked) -> tuple[int, dict[str, Any]]:
        stub = self.owner
        if json.loads(asked.body or b"{}").get("refreshToken") not in stub.refresh_tokens:
            return 401, {"message": "Unauthorized"}
        stub.issued += 1
        token = f"contract-issued-{stub.issued:04}-0123456789"
        stub.tokens.add(token)
        data = {"AccessToken": token, "ExpiresIn": 3600, "IdToken": token, "TokenType": "Bearer"}
        return 200, {"data": data, "success": True}

    def _reply(self, asked: Asked, status: int, headers: dict[str, str], body: bytes) -> None:
        asked.status = status
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
