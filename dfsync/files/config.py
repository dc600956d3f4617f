"""dfsync.yaml: found by walking up from the working directory, read into `Config`.

`parse_config` assumes nothing: whatever the schema refuses keeps its default here, and validation reports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from dfsync.files.calendars import read_calendar
from dfsync.files.dated_exceptions import read_exceptions
from dfsync.files.schema_shape import shape_of, typed
from dfsync.files.sheet_settings import read_sheet_settings
from dfsync.files.yaml.parse import YamlFile, parse
from dfsync.model.exception_days import ExceptionOrigin
from dfsync.model.hours.file_form.problem import BAD_FORM, HoursProblem
from dfsync.model.hours.file_form.read import ReadHours, read_hours
from dfsync.model.settings import (
    ApiSettings,
    Config,
    ContactCsv,
    Default,
    FmtSettings,
    HoursForm,
    Limit,
    Limits,
    Profile,
    PullSettings,
    RuleSetting,
    StateSettings,
    Target,
)


class ConfigFile(Struct, frozen=True):
    """dfsync.yaml: its bytes, what they were parsed to, and what it says."""

    data: bytes
    parsed: YamlFile
    config: Config


def read_config(data: bytes) -> ConfigFile:
    """Read the bytes of dfsync.yaml."""
    parsed = parse(data)
    if parsed.documents:
        parsed.documents[0] = typed(parsed.documents[0], shape_of("config"))
    raw = parsed.first
    return ConfigFile(data, parsed, parse_config(raw if isinstance(raw, dict) else {}))


def parse_config(raw: Mapping[str, Any]) -> Config:
    """Read the mapping of dfsync.yaml; values of a wrong type are passed over."""
    base = Config()
    api = _mapping(raw.get("api"))
    settings: dict[str, Any] = {
        name: value
        for name, value in api.items()
        if name in ApiSettings.__struct_fields__ and name != "required_columns" and isinstance(value, (str, int, float))
    }
    if (columns := _texts(api.get("required_columns"))) is not None:
        settings["required_columns"] = columns
    state, fmt, pull = (_mapping(raw.get(name)) for name in ("state", "fmt", "pull"))
    return Config(
        targets={name: _target(name, target) for name, target in _mapping(raw.get("targets")).items() if _ok(target)},
        target_names=tuple(_mapping(raw.get("targets"))),
        default_target=_text(raw.get("default_target")),
        sites=base.sites if (sites := _texts(raw.get("sites"))) is None else sites,
        contacts=base.contacts if (contacts := _texts(raw.get("contacts"))) is None else contacts,
        defaults=tuple(_defaults(raw.get("defaults"))),
        hours_profiles={name: profile(value, name)[0] for name, value in _mapping(raw.get("hours_profiles")).items()},
        calendars={
            name: read_calendar(name, calendar)[0]
            for name, calendar in _mapping(raw.get("calendars")).items()
            if isinstance(calendar, dict)
        },
        limits=_limits(_mapping(raw.get("limits"))),
        state=StateSettings("git" if state.get("backend") == "git" else "file", _text(state.get("remote"))),
        on_drift=raw["on_drift"] if raw.get("on_drift") in ("revert", "keep", "fail") else "revert",
        api=ApiSettings(**settings),
        contact_csv=_contact_csv(_mapping(raw.get("contact_csv"))),
        days_ahead=_integer(_mapping(raw.get("exceptions")).get("days_ahead"), base.days_ahead),
        rules={
            code: RuleSetting(rule["level"], _text(rule.get("reason")), _text(rule.get("match")))
            for code, rule in _mapping(raw.get("rules")).items()
            if isinstance(rule, dict) and rule.get("level") in ("error", "warning", "hint", "off")
        },
        max_lengths={n: most for n, most in _mapping(raw.get("max_lengths")).items() if isinstance(most, int)},
        sheets=read_sheet_settings(raw.get("sheets")),
        fmt=FmtSettings(_hours_form(fmt.get("hours")), fmt.get("modeline") is not False),
        pull=PullSettings(_text(pull.get("path")), _hours_form(pull.get("hours")) or "compact"),
    )


def profile(written: object, name: str) -> tuple[Profile, tuple[HoursProblem, ...]]:
    """Read an hours profile: hours in any form, with `exceptions` beside the days, or beside `hours`."""
    if written is None:
        nothing = HoursProblem(BAD_FORM, "a profile needs hours", (), help="closed all week is {}")
        return Profile(ReadHours(None, (nothing,))), (nothing,)
    hours: object = written
    prefix: tuple[str, ...] = ()
    exceptions: object = None
    if isinstance(written, Mapping) and ("hours" in written or "exceptions" in written):
        exceptions = written.get("exceptions")
        rest = {key: value for key, value in written.items() if key != "exceptions"}
        hours, prefix = (rest["hours"], ("hours",)) if set(rest) == {"hours"} else (rest, ())
    read = read_hours(hours)
    days, found = read_exceptions(exceptions, ExceptionOrigin.PROFILE, (0, "hours_profiles", name))
    problems = [HoursProblem(p.code, p.message, (*prefix, *p.path), p.on_key, p.help, p.also) for p in read.problems]
    return Profile(read, days), (*problems, *found)


def _target(name: str, raw: Mapping[str, Any]) -> Target:
    texts = {
        key: value
        for key in ("base_url", "auth_url", "token_env", "refresh_token_env")
        if (value := _text(raw.get(key)))
    }
    return Target(name, raw["customer_id"], token_kind="access" if raw.get("token") == "access" else "id", **texts)


def _ok(target: object) -> bool:
    return isinstance(target, dict) and isinstance(target.get("customer_id"), int)


def _defaults(raw: object) -> list[Default]:
    found = []
    for number, item in enumerate(raw if isinstance(raw, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("match"), str) and isinstance(item.get("set"), dict):
            found.append(Default(item["match"], item["set"], (0, "defaults", number)))
    return found


def _limits(raw: Mapping[str, Any]) -> Limits:
    return Limits(**{name: limit for name in Limits.__struct_fields__ if (limit := _limit(raw.get(name))) is not None})


def _limit(raw: object) -> Limit | None:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Limit(raw)
    if isinstance(raw, str) and raw.endswith("%"):
        try:
            return Limit(float(raw[:-1]), percent=True)
        except ValueError:
            return None
    return None


def _contact_csv(raw: Mapping[str, Any]) -> ContactCsv:
    base = ContactCsv()
    columns = {name: column for name, column in _mapping(raw.get("columns")).items() if isinstance(column, str)}
    return ContactCsv(_texts(raw.get("key")) or base.key, columns or base.columns, _text(raw.get("template")))


def _hours_form(value: object) -> HoursForm | None:
    return "compact" if value == "compact" else "list" if value == "list" else None


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> tuple[str, ...] | None:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _integer(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default
