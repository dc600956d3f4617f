#!/usr/bin/env bash
# Write the locks anew, with the newest versions that pyproject.toml permits; every version with its hashes.
# requirements-dfsync.txt is what the shipped workflows install; .ci/build.txt builds dfsync in the action and a release.
set -euo pipefail
cd "$(dirname "$0")/.."

lock() { # lock OUTPUT INPUT
  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header --upgrade \
    --output-file "$1.new" "$2"
  { echo "# Written by .ci/lock.sh of dfsync: install with pip install --require-hashes -r $(basename "$1")"; cat "$1.new"; } >"$1"
  rm "$1.new"
}

lock examples/starter/requirements-dfsync.txt pyproject.toml
cp examples/starter/requirements-dfsync.txt examples/chain/requirements-dfsync.txt
lock .ci/build.txt .ci/build.in
