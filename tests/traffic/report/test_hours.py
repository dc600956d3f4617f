"""Text, Markdown and JSON say what was found, how sure it is, and why."""

from __future__ import annotations

import json

import pytest

from dfsync.traffic.report import hours_json, hours_markdown, hours_text
from tests.support.hostile import HOSTILE
from tests.traffic.report.samples import report

TEXT = """\
site-1  Downtown Store
  Mon–Sat opens about 1 h earlier than declared
    sure: 45 of 47 days agree; 08:00–08:14 has 20.9 visitors an hour, usual is 42.9, only from 2026-05-04 to 2026-06-28
  every day is shifted alike: check the time zone of the site and of its sensors, and that their clocks follow \
daylight saving time
  declared  Mon–Sat 09:00–17:59
  proposed  Mon–Sat 08:00–17:59
  3 days left out: 2 closures, 1 dated exception

site-3  Silent
  can't be judged: no traffic was counted

1 of 3 sites differ from their declared hours; 1 can't be judged; 1 site without declared hours left out \
(2026-05-04 to 2026-06-28)
"""


def test_text_says_what_why_and_what_to_do() -> None:
    """Sites that agree are counted only."""
    assert hours_text.render(report()) == TEXT


def test_markdown_says_the_same() -> None:
    """A section for each site that differs."""
    text = hours_markdown.render(report())
    assert "### Downtown Store (`site-1`)" in text
    assert "- **Mon–Sat** opens about 1 h earlier than declared (sure: 45 of 47 days agree;" in text
    assert "- Silent (`site-3`): no traffic was counted" in text
    assert "Agrees" not in text


def test_json_has_every_site_and_every_figure() -> None:
    """Hours have the API's form."""
    document = json.loads(hours_json.render(report()))
    assert document["summary"] == {"sites": 3, "differ": 1, "unknown": 1, "undeclared": 1}
    assert [site["status"] for site in document["sites"]] == ["differs", "agrees", "unknown"]
    site = document["sites"][0]
    assert site["proposed"] == [{"days": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"], "start": "08:00", "end": "17:59"}]
    assert site["cause"] == "time_zone"
    assert site["findings"] == [
        {
            "kind": "opens_earlier",
            "weekdays": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
            "start": "08:00",
            "end": "08:14",
            "shift_minutes": -60,
            "sure": True,
            "days": 47,
            "agreeing": 45,
            "weight": 118.4,
            "per_hour": 20.9,
            "usual_per_hour": 42.9,
            "period": ["2026-05-04", "2026-06-28"],
        }
    ]


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_name_stays_on_its_line(name: str) -> None:
    """Text has no control character, Markdown has as many lines as ever, and JSON has the very same name."""
    plain, text = hours_text.render(report()), hours_text.render(report(name))
    assert len(text.splitlines()) == len(plain.splitlines())
    assert hours_markdown.render(report(name)).count("\n") == hours_markdown.render(report()).count("\n")
    assert json.loads(hours_json.render(report(name)))["sites"][0]["name"] == name
