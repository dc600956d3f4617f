"""Traffic is a room of its own: dfsync works without it."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
import sys
sys.modules["dfsync.traffic"] = None
from dfsync.commands.main import run
from dfsync.sandbox.sandbox import Sandbox
from dfsync.sandbox.server.app import make_app
with Sandbox() as box:
    print(sorted(route.path.rpartition("/")[2] for route in make_app(box._backend).routes))
print(run(["traffic", "report"]), run(["--help"]))
"""


def test_without_it_there_is_no_command_and_no_endpoint() -> None:
    """And everything else is there."""
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    endpoints, *_, last = done.stdout.splitlines()
    assert endpoints == "['export', 'get_new_tokens', 'import']", done.stderr
    assert last == "64 0"
    assert "no such command: traffic" in done.stderr
    assert "traffic" not in done.stdout
