"""An HTML page in one file, which forbids itself everything from elsewhere; and templates that escape all data."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from dfsync.model.hours.week import DAYS
from dfsync.model.text import counted, shortened, visible
from dfsync.report.elements import picture
from dfsync.report.elements.lines import Words


def page(template: str, script: str = "", **content: Any) -> str:
    """Return a page made from a template, with the style of all pages, and with a script if one is named."""
    style, code = asset("plan.css"), asset(script) if script else Markup("")
    shared = {"counted": counted, "shortened": shortened, "grid": picture, "days": DAYS}
    return (
        _environment()
        .get_template(template)
        .render(policy=_policy(style, code), style=style, script=code, **shared, **content)
    )


def asset(name: str) -> Markup:
    """Return a file of the templates as it is. It contains no data."""
    text = resources.files("dfsync.report").joinpath("templates", name).read_text(encoding="utf-8")
    return Markup(text)  # noqa: S704  (our own style and script)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("dfsync.report"),
        autoescape=True,
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: Any) -> Any:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup | Words) else value


def _policy(style: str, script: str) -> str:
    """Return the content security policy: this style and this script, and nothing from anywhere."""
    scripts = _hash(script) if script else "'none'"
    return f"default-src 'none'; style-src {_hash(style)}; script-src {scripts}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
