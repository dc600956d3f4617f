"""Finds what many new sites have in common and writes it as a person would: hours profiles, and defaults for folders.

A week that several sites have becomes a profile with a name that describes it. A value becomes a default of a folder if
all sites of the folder have some value and most of them have this one. Folders and names that the repository already
has stay as they are.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dfsync.files.edit.changes import Append, Change, Put
from dfsync.files.edit.to_yaml import hours_node, site_node
from dfsync.files.edit.write import Inline
from dfsync.files.entries import Entry
from dfsync.files.resolve import Resolver
from dfsync.files.storage.glob import base, matches
from dfsync.model.fields import FIELD
from dfsync.model.hours.file_form.read import ReadHours
from dfsync.model.hours.week import DAY, DAYS, Week, day_ranges, stretches
from dfsync.model.hours.write import by_opening_day, closing_minute
from dfsync.model.kind import Kind
from dfsync.model.settings import Config, Default, HoursForm, Profile
from dfsync.model.values import Comparable, Value, comparable
from dfsync.pull.values import NewSite

FEWEST = 3
"""A week that at least so many sites have becomes a profile."""

_SHARE = 2 / 3
# A folder is in a country or it is not: most of its sites will not do.
_PLACES = ("address.state", "address.country")
_OF_A_FOLDER = (*_PLACES, "groups", "escalation_path", "timezone", "currency", "operational_hours")


class ProfilesAndDefaults(Struct, frozen=True):
    """A configuration with new profiles and defaults, the changes that write them, and the names of weeks."""

    config: Config
    changes: tuple[Change, ...]
    profiles: Mapping[Week, str]


def profiles_and_defaults(
    sites: Sequence[tuple[NewSite, str]], config: Config, existing: Collection[str], form: HoursForm
) -> ProfilesAndDefaults:
    """Return what new sites, each given with its path, have in common. `existing` are the files of the repository."""
    names = _known_profiles(config)
    profiles = dict(_new_profiles(sites, config, names))
    names |= {week: name for name, week in profiles.items()}
    defaults = list(_defaults(sites, config, existing, names, form))
    changes: list[Change] = [
        Put((0, "hours_profiles", name), hours_node(week, form)) for name, week in sorted(profiles.items())
    ]
    if config.defaults:
        changes += [Append((0, "defaults"), node) for node in defaults]
    elif defaults:
        changes.append(Put((0, "defaults"), defaults))
    config = replace(
        config,
        hours_profiles={**config.hours_profiles, **{n: Profile(ReadHours(week)) for n, week in profiles.items()}},
        defaults=(*config.defaults, *(Default(node["match"], node["set"], ()) for node in defaults)),
    )
    return ProfilesAndDefaults(config, tuple(changes), names)


def profile_name(week: Week) -> str:
    """Return a name that describes a week: `daily-7-22`, `mon-fri-9-18-sat-10-14`, `open-24-7`.

    A time is its hour, with minutes if it has any. A closing time is the first minute closed, as people say it. If a
    week has more than three kinds of days, its name has the first three.
    """
    days = [tuple(spans) for spans in by_opening_day(week)]
    if all(spans == ((0, DAY),) for spans in days):
        return "open-24-7"
    if not any(days):
        return "closed"
    parts = [_stretch_name(alike, spans) for alike, spans in stretches(days) if spans]
    return "-".join(parts[:3]) + ("-etc" if len(parts) > 3 else "")


def _stretch_name(alike: Sequence[int], spans: Sequence[tuple[int, int]]) -> str:
    name = "daily" if len(alike) == len(DAYS) else day_ranges(alike)[0].lower()
    return "-".join((name, *(f"{_time(start)}-{_time(closing_minute(stop))}" for start, stop in spans)))


def _time(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    hour = hour if hour <= 24 else hour - 24
    return f"{hour}{rest:02d}" if rest else str(hour)


def _known_profiles(config: Config) -> dict[Week, str]:
    """Return the names of weeks that already have one. Profiles with exceptions say more than a week."""
    return {
        profile.hours.week: name
        for name, profile in sorted(config.hours_profiles.items(), reverse=True)
        if profile.hours.week is not None and not profile.exceptions
    }


def _new_profiles(
    sites: Sequence[tuple[NewSite, str]], config: Config, known: Mapping[Week, str]
) -> Iterator[tuple[str, Week]]:
    counts: Counter[Week] = Counter()
    for site, _ in sites:
        week = site.values.get("operational_hours")
        if isinstance(week, Week):
            counts[week] += 1
    taken = set(config.hours_profiles)
    for week, count in sorted(counts.items(), key=lambda item: (-item[1], item[0].minutes)):
        if count < FEWEST or week in known:
            continue
        name, number = profile_name(week), 1
        while name in taken:
            number += 1
            name = f"{profile_name(week)}-{number}"
        taken.add(name)
        yield name, week


def _defaults(
    sites: Sequence[tuple[NewSite, str]],
    config: Config,
    existing: Collection[str],
    names: Mapping[Week, str],
    form: HoursForm,
) -> Iterator[dict[str, Any]]:
    """Yield defaults from the outer folders to the inner ones, each only for what does not already hold there."""
    below: dict[str, list[tuple[NewSite, str]]] = {}
    for site, path in sites:
        for pattern in _patterns(path):
            below.setdefault(pattern, []).append((site, path))
    inner = {above: len(below[pattern]) for pattern in below for above in _above(pattern)[:1]}
    builder = Resolver(config.defaults, config.hours_profiles)
    given: dict[str, dict[str, Comparable]] = {}
    for pattern, of_pattern in sorted(below.items(), key=lambda item: (item[0].count("/"), item[0])):
        # What all sites of a folder have in a folder of it belongs there; what exists already is not to change.
        if inner.get(pattern) == len(of_pattern) or any(matches(path, pattern) for path in existing):
            continue
        inherited = builder.site(Entry(Kind.SITE, {}, (0,), 1), of_pattern[0][1])[0].fields
        outer = {name: comparable(FIELD[name], value) for name, value in inherited.items()}
        outer |= next((given[above] for above in _above(pattern) if above in given), {})
        taken = _set_inside(pattern, config)
        common = _common([site for site, _ in of_pattern], outer)
        common = {name: value for name, value in common.items() if name.partition(".")[0] not in taken}
        given[pattern] = outer | {name: comparable(FIELD[name], value) for name, value in common.items()}
        if common:
            yield {"match": pattern, "set": _set(common, names, form)}


def _set_inside(pattern: str, config: Config) -> set[str]:
    """Return the keys that a default for a part of a folder sets already.

    A later default for the whole folder would win.
    """
    folder = base(pattern)
    probes = [f"{folder}/{'any/' * depth}any.yaml" for depth in range(3)]
    return {
        key
        for default in config.defaults
        if base(default.match).startswith(folder) or folder.startswith(base(default.match))
        if not all(matches(probe, default.match) for probe in probes)
        for key in default.set
    }


def _set(values: Mapping[str, Value], names: Mapping[Week, str], form: HoursForm) -> Inline:
    week = values.get("operational_hours")
    hours: Any = None
    if isinstance(week, Week):
        hours = Inline(profile=names[week]) if week in names else hours_node(week, form)
    node = Inline(site_node("", values, hours))
    del node["id"]
    return node


def _common(sites: Sequence[NewSite], outer: Mapping[str, Comparable]) -> dict[str, Value]:
    """Return the values that most of the sites share and that the outer folder does not already give."""
    common: dict[str, Value] = {}
    if len(sites) < FEWEST:
        return common
    for name in _OF_A_FOLDER:
        values = {}
        counts: Counter[Comparable] = Counter()
        for site in sites:
            value = site.values.get(name)
            form = comparable(FIELD[name], value)
            values[form] = value
            counts[form] += 1
        form, count = counts.most_common(1)[0]
        everywhere = all(site.values.get(name) is not None for site in sites)
        enough = len(sites) if name in _PLACES else max(FEWEST, _SHARE * len(sites))
        if everywhere and count >= enough and outer.get(name) != form:
            common[name] = values[form]
    return common


def _patterns(path: str) -> Iterator[str]:
    """Yield the patterns of the folders around a file, and of the file itself."""
    folder = posixpath.dirname(path)
    while folder:
        yield f"{folder}/**"
        folder = posixpath.dirname(folder)
    yield path


def _above(pattern: str) -> list[str]:
    """Return the patterns of the folders around, the nearest first."""
    return [above for above in _patterns(pattern.removesuffix("/**")) if above.endswith("/**")]
