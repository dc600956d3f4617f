"""What is known of sites as one HTML file without other files and without a script."""

from __future__ import annotations

from collections.abc import Sequence

from dfsync.model.hours.write import described_days
from dfsync.report.changes.wording import label
from dfsync.report.elements import picture as pictures
from dfsync.report.elements.page import page
from dfsync.report.elements.weeks import LAST_MINUTE
from dfsync.report.site import wording
from dfsync.report.site.facts import SiteFacts


def render(sites: Sequence[SiteFacts]) -> str:
    """Return the page. A week is drawn as live has it and as the files want it."""
    drawn: dict[pictures.Picture, int] = {}
    shown = []
    for facts in sites:
        both = wording.weeks(facts)
        picture = pictures.picture(*both) if both is not None else None
        spoken = "; ".join(" ".join(day) for day in described_days(both[1])) if both and both[1] else "closed"
        shown.append((facts, picture, drawn.setdefault(picture, len(drawn)) if picture else 0, spoken))
    return page("site.html", sites=shown, gallery=drawn, last_minute=LAST_MINUTE, say=wording, label=label)
