#!/usr/bin/env bash
# lowest.sh [FOLDER [PYTEST OPTION…]]: the tests with the lowest version of each direct dependency, in an environment in
# FOLDER: the bounds in pyproject.toml are true.
set -euo pipefail
cd "$(dirname "$0")/.."

python3 -m venv "${1:-.venv-lowest}"
bin=$PWD/${1:-.venv-lowest}/bin
"$bin/pip" install --quiet --disable-pip-version-check uv
# What only the tests need is as new as it can be: pinned first, and the rest resolved around it.
"$bin/uv" pip install --quiet --python "$bin/python" -e '.[test]'
"$bin/uv" pip compile --quiet --resolution lowest-direct --python "$bin/python" pyproject.toml \
  --extra sandbox --extra excel --extra charts --extra holidays --output-file "$bin/../lowest.txt"
"$bin/uv" pip install --quiet --python "$bin/python" -r "$bin/../lowest.txt"
# schemathesis needs a newer jsonschema-rs than dfsync does.
"$bin/uv" pip uninstall --quiet --python "$bin/python" schemathesis
"$bin/dfsync" demo
"$bin/python" -m pytest -q -n 2 --ignore tests/sandbox/test_openapi.py "${@:2}"
