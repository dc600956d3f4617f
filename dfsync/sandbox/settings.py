"""The settings of the sandbox: what the documents of the API leave open.

Every field can be set in Python (`SandboxSettings(blank_cells="keep")`) and on the command line (`dfsync sandbox
--setting blank_cells=keep`). Users and tests rely on the defaults.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints

from dfsync.errors import UsageError


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """The behaviour of this sandbox where the documents are silent. `described()` lists every setting."""

    row_base: int = _setting(1, "number of the first row that is counted")
    header_counted: bool = _setting(True, "whether the header counts as a row")
    blank_cells: Literal["clear", "keep"] = _setting("clear", "what an empty cell does to a field")
    trim: bool = _setting(False, "whether outer white space of a cell is dropped")
    bad_rows: Literal["report", "refuse_400", "refuse_422"] = _setting(
        "report", "report wrong rows inside a 200, or refuse the whole upload"
    )
    on_row_errors: Literal["reject_row", "reject_sheet"] = _setting(
        "reject_row", "what a wrong row keeps out of the import: itself, or its whole sheet"
    )
    stored_text: Literal["as_sent", "upper_case", "lower_case", "single_spaces", "cut_20"] = _setting(
        "as_sent", "how the server writes a text that it stores; ids stay as sent"
    )
    equal_text: Literal["exact", "folded"] = _setting(
        "exact", "folded: a text that differs from the stored one only in case or white space changes nothing"
    )
    max_upload_bytes: int = _setting(20_000_000, "larger request bodies are a 413")
    max_upload_rows: int = _setting(50_000, "sheets with more rows are a 413")
    contact_columns: tuple[str, ...] = _setting(
        ("Site ID", "Contact Name", "Contact Email", "Contact Phone", "Contact Role"),
        "columns of the contact template; the first names the site",
    )
    contact_key: tuple[str, ...] = _setting(("Site ID", "Contact Email"), "columns by which a contact is known")

    page_size: int = _setting(100, "sites on a page when p_size is not given")
    page_size_cap: int = _setting(1000, "larger p_size are clamped to this")
    max_url_bytes: int = _setting(8192, "longer paths with query are a 414")
    export_delay_s: float = _setting(0.0, "the export shows what was imported so many seconds later")
    hours_form: Literal["as_sent", "by_day", "grouped", "split"] = _setting(
        "as_sent", "export hours as sent, one entry a day, equal days grouped, or each span in two"
    )
    hours_order: Literal["as_sent", "reversed"] = _setting("as_sent", "order of the entries of hours")
    hours_shape: Literal["array", "text"] = _setting("array", "export hours as a JSON array or as JSON text")
    groups_order: Literal["as_sent", "sorted", "reversed"] = _setting("as_sent", "order of a site's groups")
    empty_fields: Literal["text", "null", "missing"] = _setting(
        "text", 'export empty fields as "" ([] for hours), as null, or not at all'
    )

    rate_limit: int = _setting(0, "requests in a window; more are a 429; 0 is no limit")
    rate_window_s: float = _setting(1.0, "length of the window of rate_limit")
    retry_after: Literal["seconds", "date", "none"] = _setting("seconds", "form of a 429's Retry-After header")
    latency_ms: float = _setting(0.0, "every answer waits this long")
    token_lifetime_s: int = _setting(3600, "life of a new token")
    token_kind: Literal["id", "access", "any"] = _setting("id", "which token the API takes")

    report_rows: int = _setting(10_000, "traffic reports are cut after this many rows")
    empty_buckets: Literal["zero", "missing"] = _setting("zero", "a traffic bucket without visitors: a row, or none")
    traffic_seed: int = _setting(1, "seed of the synthetic traffic")
    wrong_hours: float = _setting(0.0, "share of sites whose true hours are not the declared ones, 0 to 1")

    def __post_init__(self) -> None:
        for name, kind in _kinds().items():
            if get_origin(kind) is Literal and getattr(self, name) not in get_args(kind):
                raise _refused(name, getattr(self, name), " | ".join(get_args(kind)))

    @property
    def first_row(self) -> int:
        """The number that row errors give to the first row after the header."""
        return self.row_base + (1 if self.header_counted else 0)


def parse_settings(assignments: Iterable[str]) -> SandboxSettings:
    """Read `NAME=VALUE` texts. Raises UsageError for an unknown name or a value that does not fit."""
    kinds = _kinds()
    values: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals or name not in kinds:
            raise UsageError(f"{assignment!r} is not a setting of the sandbox", help=f"settings: {', '.join(kinds)}")
        values[name] = _parsed(name, kinds[name], text)
    return SandboxSettings(**values)


def described() -> list[tuple[str, str, str]]:
    """Return (name, default, help) of every setting, in the order of their definition."""
    return [(item.name, _as_text(item.default), item.metadata["help"]) for item in fields(SandboxSettings)]


def _parsed(name: str, kind: Any, text: str) -> Any:
    if kind is bool:
        if text not in ("true", "false"):
            raise _refused(name, text, "true | false")
        return text == "true"
    if kind is int or kind is float:
        try:
            return kind(text)
        except ValueError:
            raise _refused(name, text, "a number") from None
    if get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(","))
    return text


def _refused(name: str, value: object, choices: str) -> UsageError:
    return UsageError(f"the sandbox's setting {name} can't be {value!r}", help=f"write {name}=VALUE with {choices}")


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(value) if isinstance(value, tuple) else str(value)


@functools.cache
def _kinds() -> dict[str, Any]:
    return get_type_hints(SandboxSettings)
