"""The reference of dfsync.yaml: a section a setting, with its type, default and an example.

The defaults are those of the code that reads the settings. `python docs/generate.py` writes them into the schema, where
editors see them, and into docs/reference/configuration.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dfsync.model.settings import Config, Target
from dfsync.model.sheet_settings import SheetSettings
from dfsync.pull.new_sites.layout import TEMPLATE
from dfsync.runtime.resources import schema

SCHEMA = Path(__file__).resolve().parents[1] / "schemas" / "config.schema.json"

# Where a setting has another name in the code, or is read by one command alone.
_ELSEWHERE: Mapping[str, Any] = {
    "exceptions.days_ahead": Config().days_ahead,
    "targets.NAME.token": Target("", 0).token_kind,
    "pull.path": TEMPLATE,
    "pull.hours": "compact",
    "fmt.hours": "keep",
    "fmt.modeline": True,
}
# What these hold is described in docs/reference/files.md.
_OF_SITES = ("defaults[].set", "hours_profiles", "calendars.NAME.exceptions")
_DEFAULTS_OF: Mapping[str, Any] = {"targets": Target("", 0), "sheets": SheetSettings("")}
_NAMES = {
    "targets": "production",
    "rules": "DF403",
    "hours_profiles": "retail",
    "calendars": "holidays",
    "sheets": "stores",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting by its steps; `NAME` stands for a name of the user's, `[]` for an item of a list."""

    steps: tuple[str, ...]
    schema: Mapping[str, Any]
    required: bool

    @property
    def path(self) -> str:
        """Return the setting's name as people write it: `targets.NAME.customer_id`, `defaults[].match`."""
        return ".".join(self.steps).replace(".[]", "[]")

    @property
    def has_default(self) -> bool:
        """Whether something holds where the setting is left out."""
        return self.default is not None

    @property
    def default(self) -> Any:
        """Return what holds where the setting is left out, None for nothing."""
        if self.path in _ELSEWHERE:
            return _ELSEWHERE[self.path]
        if self.required:
            return None
        named = _DEFAULTS_OF.get(self.steps[0]) if self.steps[1:2] == ("NAME",) else None
        value: Any = Config() if named is None else named
        for name in self.steps if named is None else self.steps[2:]:
            value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        return (
            list(value) or None if isinstance(value, tuple) else value if isinstance(value, str | int | float) else None
        )

    @property
    def example(self) -> Any:
        """Return a value that makes sense."""
        known = self.schema.get("examples") or self.schema.get("enum") or []
        if self.has_default and not self.schema.get("examples"):
            return self.default
        return known[0] if known else True if self.schema.get("type") == "boolean" else None


def settings() -> list[Setting]:
    """Return every setting of dfsync.yaml; the fields of a site, which a default may set, are not repeated."""
    return list(_settings(schema("config"), ()))


def with_defaults() -> dict[str, Any]:
    """Return the schema of dfsync.yaml with the default of each setting that has one."""
    whole: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for setting in settings():
        place: Any = whole
        for name in setting.steps:
            place = _step(place, name)
        place.pop("default", None)
        if setting.has_default:
            place["default"] = setting.default
    return whole


def pages() -> str:
    """Return the reference: a section for each group of settings, and one below it for each setting."""
    parts = []
    every = settings()
    for setting in every:
        if len(setting.steps) == 1:
            inner = [one for one in every if one.steps[0] == setting.steps[0] and one is not setting]
            parts.append(_section(setting, "##", is_group=bool(inner)))
            if all(set(one.schema) <= {"type", "minimum", "description"} for one in inner) and len(inner) > 8:
                parts.append(_together(inner))
            else:
                parts += [_section(one, "###") for one in inner]
    return "\n\n".join(parts)


def _settings(part: Mapping[str, Any], before: tuple[str, ...]) -> Iterator[Setting]:
    for name, member in part.get("properties", {}).items():
        found = _resolved(member)
        steps = (*before, name)
        setting = Setting(steps, found, name in part.get("required", []))
        yield setting
        if setting.path in _OF_SITES:
            continue
        yield from _settings(found, steps)
        for keyword, step in (("additionalProperties", "NAME"), ("items", "[]")):
            if isinstance(inner := found.get(keyword), Mapping):
                yield from _settings(_resolved(inner), (*steps, step))


def _resolved(member: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = member.get("$ref")
    found: Mapping[str, Any] = schema("config")["definitions"][reference.rpartition("/")[2]] if reference else member
    return found


def _step(place: Any, name: str) -> Any:
    if name == "[]":
        return place["items"]
    if name == "NAME":
        return place["additionalProperties"]
    return place["properties"][name]


def _section(setting: Setting, level: str, *, is_group: bool = False) -> str:
    described = str(setting.schema.get("description", ""))
    lines = [f"{level} `{setting.path}`", "", described]
    if is_group:
        example = ["", "```yaml", _yaml(setting), "```"] if setting.example is not None else []
        return "\n".join(lines + example)
    default = f"Default: `{_written(setting.default)}`" if setting.has_default else "No default"
    lines += ["", f"- {'Required' if setting.required else default}", f"- Type: {kind(setting.schema)}"]
    if setting.example is not None:
        lines += ["", "```yaml", _yaml(setting), "```"]
    return "\n".join(lines)


def _together(inner: list[Setting]) -> str:
    rows = [f"| `{one.path}` | {kind(one.schema)} | none | {one.schema.get('description', '')} |" for one in inner]
    return "\n".join(["| setting | type | default | |", "|---|---|---|---|", *rows])


def kind(member: Mapping[str, Any]) -> str:
    """Return the type of a value in words, with its bounds."""
    words = {
        "string": "text",
        "integer": "whole number",
        "array": "list",
        "object": "mapping",
        "boolean": "`true` or `false`",
    }
    if "enum" in member:
        return " or ".join(f"`{option}`" for option in member["enum"])
    kinds = member.get("type", "text")
    kinds = [kinds] if isinstance(kinds, str) else [one for one in kinds if one != "null"]
    text = " or ".join(words.get(one, one) for one in kinds)
    least, most = member.get("minimum"), member.get("maximum")
    if least is not None and most is not None:
        return f"{text}, {least} to {most}"
    return f"{text}, at least {least}" if least is not None else text


def _yaml(setting: Setting) -> str:
    value = _written(setting.example)
    names = [_NAMES.get(setting.steps[0], "name") if name == "NAME" else name for name in setting.steps]
    for name in reversed(names[1:]):
        value = f"[{value}]" if name == "[]" else f"{{{name}: {value}}}"
    return f"{names[0]}: {value}"


def _written(value: Any) -> str:
    """Return a value as it is written in YAML's flow style."""
    if isinstance(value, str):
        return (
            value if value and not set(value) & set(":{}[],&*#?|<>=!%@`'\"") else json.dumps(value, ensure_ascii=False)
        )
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_written(item)}" for key, item in value.items()) + "}"
    return json.dumps(value)
