"""The settings of dfsync.yaml as plain values, with their defaults. `dfsync.files.config` reads them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from dfsync.model.exception_days import DatedException
from dfsync.model.fields import FIELD, ID_COLUMN
from dfsync.model.hours.file_form.read import ReadHours
from dfsync.model.sheet_settings import SheetSettings

BASE_URL = "https://api-external.dragonfruit.ai"
AUTH_URL = "https://df-services.dragonfruit.ai"

HoursForm = Literal["compact", "list"]


class Target(Struct, frozen=True):
    """One customer_id at one base URL, and the names of the environment variables that hold its tokens.

    `auth_url` is a base URL to which `/get_new_tokens` is added. A refresh returns two tokens; `token_kind` says which
    of them the API accepts.
    """

    name: str
    customer_id: int
    base_url: str = BASE_URL
    auth_url: str = AUTH_URL
    token_env: str = "DFSYNC_TOKEN"  # noqa: S105  (a name, not a token)
    refresh_token_env: str = "DFSYNC_REFRESH_TOKEN"  # noqa: S105  (a name)
    token_kind: Literal["id", "access"] = "id"  # noqa: S105  (a kind)


class Default(Struct, frozen=True):
    """Values for the sites of the files that `match` names; `pointer` leads to it in dfsync.yaml."""

    match: str
    set: Mapping[str, Any]
    pointer: tuple[str | int, ...]


class Profile(Struct, frozen=True):
    """A named week, and the dated exceptions that come with it."""

    hours: ReadHours
    exceptions: tuple[DatedException, ...] = ()


class ExceptionCalendar(Struct, frozen=True):
    """Dated exceptions that many sites share: those of the files that `match` names, or of one of the `groups`.

    None sets no condition; a site meets all that are set. `groups` are in normal form.
    """

    name: str
    match: str | None
    groups: frozenset[str] | None
    exceptions: tuple[DatedException, ...] = ()


class Limit(Struct, frozen=True):
    """A limit: a number, or a percentage of the live sites."""

    amount: float
    percent: bool = False


class Limits(Struct, frozen=True):
    """How many changes one apply may make without `--accept`. None means no limit."""

    max_updates: Limit | None = None
    max_creates: Limit | None = None
    max_clears: Limit | None = None
    max_exceptions: Limit | None = None


class StateSettings(Struct, frozen=True):
    """Where state is kept: in a file, or in a git ref that is pushed to `remote` if that is set."""

    backend: Literal["file", "git"] = "file"
    remote: str | None = None


class ApiSettings(Struct, frozen=True):
    """How the API is called. Sizes are rows and bytes, times are seconds."""

    blank_cells: Literal["clear", "keep"] = "clear"
    required_columns: tuple[str, ...] = (ID_COLUMN, FIELD["name"].column)
    batch_rows: int = 500
    batch_bytes: int = 4_000_000
    page_size: int = 500
    timeout_s: float = 30.0
    retry_s: float = 120.0
    settle_s: float = 30.0
    concurrency: int = 4
    requests_per_s: float = 100.0


class ContactCsv(Struct, frozen=True):
    """The contact sheet: the fields that make its key, its columns, and an optional header row to check against."""

    key: tuple[str, ...] = ("site", "email")
    columns: Mapping[str, str] = field(
        default_factory=lambda: {
            "site": "Site ID",
            "name": "Contact Name",
            "email": "Contact Email",
            "phone": "Contact Phone",
            "role": "Contact Role",
        }
    )
    template: str | None = None


class FmtSettings(Struct, frozen=True):
    """The settings of fmt: the form of hours (None leaves it as it is), and whether a first line names the schema."""

    hours: HoursForm | None = None
    modeline: bool = True


class PullSettings(Struct, frozen=True):
    """The settings of pull for new files: the template of their paths (None is the usual one), the form of hours."""

    path: str | None = None
    hours: HoursForm = "compact"


class RuleSetting(Struct, frozen=True):
    """A setting of a rule: its level (`off` silences it), the reason, and the files: all of them without `match`."""

    level: Literal["error", "warning", "hint", "off"]
    reason: str | None = None
    match: str | None = None


class Config(Struct, frozen=True):
    """Everything that dfsync.yaml says. `target_names` has the names of targets that can't be read, too."""

    targets: Mapping[str, Target] = field(default_factory=dict)
    target_names: tuple[str, ...] = ()
    default_target: str | None = None
    sites: tuple[str, ...] = ("sites/**/*.yaml", "sites/**/*.yml")
    contacts: tuple[str, ...] = ("contacts/**/*.yaml", "contacts/**/*.yml")
    defaults: tuple[Default, ...] = ()
    hours_profiles: Mapping[str, Profile] = field(default_factory=dict)
    calendars: Mapping[str, ExceptionCalendar] = field(default_factory=dict)
    limits: Limits = Limits()
    state: StateSettings = StateSettings()
    on_drift: Literal["revert", "keep", "fail"] = "revert"
    api: ApiSettings = ApiSettings()
    contact_csv: ContactCsv = field(default_factory=ContactCsv)
    days_ahead: int = 6
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    max_lengths: Mapping[str, int] = field(default_factory=dict)
    sheets: tuple[SheetSettings, ...] = ()
    fmt: FmtSettings = FmtSettings()
    pull: PullSettings = PullSettings()
