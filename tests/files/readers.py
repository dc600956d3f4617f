"""Other YAML readers, to hold what dfsync writes against: PyYAML (1.1), ruamel.yaml (1.2), js-yaml (1.2)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML

from dfsync.files.yaml.parse import parse

_JS_YAML = """
const yaml = require('js-yaml');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(texts.map(text => yaml.load(text))));
"""


def by_dfsync(text: str) -> Any:
    """Return the one document of a text as dfsync reads it."""
    parsed = parse(text.encode())
    assert not parsed.problems, parsed.problems
    assert not parsed.ambiguous, parsed.ambiguous
    (document,) = parsed.documents
    return document


def by_pyyaml(text: str) -> Any:
    """Return a text's document as PyYAML reads it."""
    return yaml.load(text, yaml.CSafeLoader)


def by_ruamel(text: str) -> Any:
    """Return a text's document as ruamel.yaml reads it, as YAML 1.2."""
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 2)
    return reader.load(StringIO(text))


def by_js_yaml(texts: list[str]) -> list[Any]:
    """Return the documents of many texts as js-yaml reads them, in one process."""
    done = _node(_JS_YAML, json.dumps(texts))
    return json.loads(done.stdout)


@cache
def why_no_js_yaml() -> str | None:
    """Return why js-yaml can't be asked, None when it can."""
    if shutil.which("node") is None:
        return "node is not installed"
    if _node("require('js-yaml')", "").returncode:
        return "the npm package js-yaml is not installed (npm install --global js-yaml)"
    return None


def _node(script: str, given: str) -> subprocess.CompletedProcess[str]:
    environment = {"NODE_PATH": _global_packages(), **os.environ}
    return subprocess.run(
        ["node", "-e", script], input=given, capture_output=True, encoding="utf-8", env=environment, check=False
    )


@cache
def _global_packages() -> str:
    if shutil.which("npm") is None:
        return ""
    return subprocess.run(["npm", "root", "-g"], capture_output=True, text=True, check=False).stdout.strip()
