"""The JSON Schemas and examples that come with dfsync, in a checkout as well as in an installed wheel."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def folder(name: str) -> Path:
    """Return the folder `schemas` or `examples`: bundled in a wheel, or beside the package in a checkout."""
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name


def sources() -> Iterator[str]:
    """Yield the modules and schemas of a checkout with their times, since they change without a new version.

    Yields nothing in an installed wheel.
    """
    folders = [] if (_PACKAGE / "_bundled").is_dir() else [str(_PACKAGE), str(folder("schemas"))]
    for name in folders:
        with os.scandir(name) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    status = entry.stat()
                    yield f"{entry.path} {status.st_mtime_ns} {status.st_size}"
                elif entry.name.isidentifier() and entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)


@cache
def data_of(package: str) -> Path:
    """Return the folder of the data of an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"the package {package} is not installed", name=package)
    return Path(spec.origin).parent


@cache
def schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of `site`, `contact`, `config`, `plan`, `receipt` or `diagnostics`."""
    loaded: dict[str, Any] = json.loads((folder("schemas") / f"{name}.schema.json").read_text(encoding="utf-8"))
    return loaded
