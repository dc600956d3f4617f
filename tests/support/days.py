"""The day on which a test runs."""

from __future__ import annotations

import datetime
import time


def now() -> datetime.datetime:
    """Return the time in UTC, at least a minute before a full hour, when it becomes another day somewhere."""
    found = datetime.datetime.now(datetime.UTC)
    if found.minute == 59:
        time.sleep(61 - found.second)
        found = datetime.datetime.now(datetime.UTC)
    return found


def today() -> datetime.date:
    """Return the day in UTC, which stays the same for a minute."""
    return now().date()
