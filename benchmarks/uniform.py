"""Uniform sites: eight cities, ASCII names, thirty different weeks. Caches of equal values gain most here."""

from __future__ import annotations

import random
from collections.abc import Iterator

from benchmarks.record import SEED, Record

_PLACES = (
    ("US", "CA", "San Francisco", "America/Los_Angeles", "USD", "9{:04d}"),
    ("US", "NY", "New York", "America/New_York", "USD", "1{:04d}"),
    ("US", "TX", "Houston", "America/Chicago", "USD", "7{:04d}"),
    ("GB", "", "London", "Europe/London", "GBP", "SE1 1AA"),
    ("DE", "BY", "München", "Europe/Berlin", "EUR", "8{:04d}"),
    ("FR", "", "Lyon", "Europe/Paris", "EUR", "6{:04d}"),
    ("JP", "", "Osaka", "Asia/Tokyo", "JPY", "540-{:04d}"),
    ("AU", "NSW", "Sydney", "Australia/Sydney", "AUD", "{:04d}"),
)
_WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri")


def records(count: int) -> Iterator[Record]:
    """Yield `count` sites; the same ones at the start whatever the count."""
    dice = random.Random(SEED)
    for number in range(count):
        country, state, city, timezone, currency, postal_form = dice.choice(_PLACES)
        opens, closes = dice.choice((6, 7, 8, 9, 10)), dice.choice((17, 18, 19, 20, 21, 22))
        yield Record(
            id=f"site-{number:06d}",
            name=f"{city} {dice.choice(('Market', 'Station', 'Harbour', 'Mall'))} {number}",
            address={
                "street": f"{dice.randrange(1, 999)} {dice.choice(('Main', 'Mill', 'Oak', 'King'))} Street",
                "city": city,
                "state": state or city,
                "country": country,
                "postal_code": postal_form.format(dice.randrange(1000, 10_000)),
            },
            groups=dice.sample(("Retail", "West", "East", "Flagship", "Outlet", "Airport"), 2),
            escalation_path=f"Ops Team {dice.randrange(20)}",
            timezone=timezone,
            currency=currency,
            hours=[
                {"days": list(_WEEK), "start": f"{opens:02d}:00", "end": f"{closes:02d}:59"},
                {"days": ["Sat"], "start": f"{opens + 1:02d}:30", "end": f"{closes - 1:02d}:29"},
            ],
            internal_id=1000 + number,
        )
