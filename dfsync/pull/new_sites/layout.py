"""Decides how new sites are written, as dfsync.yaml asks: the path of each file, and the form of hours.

A path is made only of values of the site, in lower-case ASCII. So it is the same in every pull, safe on every disk, and
can lead nowhere else. If the paths of two sites would be the same, also on a disk that ignores case, they contain the
ids.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from enum import StrEnum

from dfsync.errors import ConfigError
from dfsync.files.storage.glob import base, leaves_root, matches
from dfsync.model.settings import Config
from dfsync.pull.values import NewSite

TEMPLATE = "sites/{country}/{state}/{slug}.yaml"
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_FIELDS = {"country": "address.country", "state": "address.state", "city": "address.city"}
_OWN = frozenset({"slug", "id"})
_MOST = 60
# Letters that Unicode does not take apart into a letter of ASCII and its marks; ß is ss by its case folding.
_SPELLED = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŋ": "ng", "ŧ": "t"}
)
# Names that Windows keeps for devices, whatever follows their dot.
_RESERVED = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]|conin|conout")


class Layout(StrEnum):
    """How many sites share a file."""

    ONE_PER_SITE = "one-per-site"
    PER_STATE = "per-state"
    SINGLE = "single"


def template(config: Config, layout: Layout) -> str:
    """Return the template of paths. Raises `ConfigError` if it makes no sense."""
    path = config.pull.path or TEMPLATE
    unknown = [name for name in _PLACEHOLDER.findall(path) if name not in _FIELDS and name not in _OWN]
    if unknown:
        known = ", ".join(f"{{{name}}}" for name in (*_FIELDS, *sorted(_OWN)))
        raise ConfigError(f"pull.path has the unknown placeholder {{{unknown[0]}}}", help=f"it may have {known}")
    hidden = path.startswith(".") or "/." in path
    if leaves_root(path) or hidden or not path.endswith((".yaml", ".yml")):
        raise ConfigError("pull.path must be a .yaml file below the root, not hidden", help=f"write {TEMPLATE}")
    if layout is Layout.SINGLE:
        return posixpath.join(base(path.replace("{", "*")), "sites.yaml")
    if layout is Layout.PER_STATE and _OWN & set(_PLACEHOLDER.findall(posixpath.basename(path))):
        return f"{posixpath.dirname(path)}.yaml"
    return path


def is_shared(path_template: str) -> bool:
    """Whether several sites may have the same path."""
    return not _OWN & set(_PLACEHOLDER.findall(path_template))


def places(sites: Sequence[NewSite], config: Config, path_template: str, existing: Collection[str]) -> dict[str, str]:
    """Return the path of each site. Raises `ConfigError` if no pattern of dfsync.yaml would find it there."""
    wanted = {site.id: _path(site, path_template, slug(site.values.get("name"))) for site in sites}
    if not is_shared(path_template):
        taken = {path.casefold() for path in existing}
        by_id = {site.id: site for site in sites}
        for id in _crowded(wanted, taken):
            wanted[id] = _path(by_id[id], path_template, _with_id(by_id[id]))
        for id in _crowded(wanted, taken):
            stem, dot, ending = wanted[id].rpartition(".")
            wanted[id] = f"{stem}-{hashlib.sha256(id.encode()).hexdigest()[:8]}{dot}{ending}"
    for path in wanted.values():
        if not any(matches(path, pattern) for pattern in config.sites):
            raise ConfigError(
                f"new sites would go to {path}, which no pattern of `sites` in dfsync.yaml finds",
                help="correct pull.path, or add a pattern",
            )
    return wanted


def slug(text: object) -> str:
    """Return a text as a part of a path: lower-case ASCII letters, digits and single dashes; "" if nothing is left."""
    if not isinstance(text, str):
        return ""
    spelled = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED))
    folded = spelled.encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", folded.lower().replace("'", "")))[:_MOST].strip("-")


def _path(site: NewSite, path_template: str, name: str) -> str:
    """Fill in a template. A part of the path that comes out empty is left out."""
    values = {placeholder: slug(site.values.get(field)) for placeholder, field in _FIELDS.items()}
    values |= {"slug": name or _id(site), "id": _id(site)}
    folder, _, file = path_template.rpartition("/")
    parts = [_PLACEHOLDER.sub(lambda found: values[found[1]], part) for part in folder.split("/")]
    folders = [f"{part}-sites" if _RESERVED.fullmatch(part) else part for part in parts if part]
    filled = _PLACEHOLDER.sub(lambda found: values[found[1]], file)
    stem, dot, ending = filled.rpartition(".")
    stem = stem.strip("-") or "sites"
    if _RESERVED.fullmatch(stem.partition(".")[0]):
        stem = f"{stem}-{'sites' if is_shared(path_template) else values['id']}"
    return "/".join((*folders, f"{stem}{dot}{ending}"))


def _with_id(site: NewSite) -> str:
    name, id = slug(site.values.get("name")), _id(site)
    return id if not name or name == id else f"{name}-{id}"


def _id(site: NewSite) -> str:
    return slug(site.id) or "site"


def _crowded(paths: Mapping[str, str], taken: AbstractSet[str]) -> list[str]:
    """Return the sites that would share a path with each other or with an existing file."""
    counts = Counter(path.casefold() for path in paths.values())
    return [id for id, path in paths.items() if counts[path.casefold()] > 1 or path.casefold() in taken]
