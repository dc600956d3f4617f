"""`python -P -m dfsync.ci JOB`.

Without -P, Python would import modules from the working directory, which a pull request fills.
"""

from __future__ import annotations

import os
import sys

from dfsync.ci.github.runner import Runner
from dfsync.ci.jobs import JOBS
from dfsync.errors import DfsyncError, ExitCode
from dfsync.model.text import visible


def main(arguments: list[str]) -> int:
    """Run a job and return its exit code."""
    if len(arguments) != 1 or arguments[0] not in JOBS:
        sys.stderr.write(f"usage: python -P -m dfsync.ci {'|'.join(JOBS)}\n")
        return ExitCode.USAGE
    try:
        return JOBS[arguments[0]](Runner(dict(os.environ)))
    except DfsyncError as error:
        sys.stderr.write(f"error: {visible(error.message)}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
