"""What is known of sites as GitHub-flavoured Markdown, in which data stays text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dfsync.model.text import shortened
from dfsync.report.changes.wording import label
from dfsync.report.elements import gfm
from dfsync.report.elements.colors import colors_for
from dfsync.report.elements.lines import Words
from dfsync.report.site.facts import FieldFacts, SiteFacts
from dfsync.report.site.text import week_lines
from dfsync.report.site.wording import contacts, days_that_differ, differs, place, said, standing, value, weeks


def render(sites: Sequence[SiteFacts]) -> str:
    """Return the facts of sites, one after the other."""
    return "\n".join("\n".join(_site(facts)) + "\n" for facts in sites)


def _site(facts: SiteFacts) -> Iterator[str]:
    name = f"{gfm.text(shortened(facts.name))} " if facts.name else ""
    yield f"### {name}{gfm.code(shortened(facts.id))}"
    yield ""
    yield " · ".join(map(_value, standing(facts)))
    both = weeks(facts)
    if both is not None:
        yield from ("", "```text", *week_lines(*both, colors_for(color=False)), "```")
    yield ""
    for one in facts.fields:
        yield from _field(one, facts)
    if facts.exceptions:
        yield from ("", "**Days that differ**", "")
        for hours, note, at in days_that_differ(facts):
            yield f"- {hours}{f', {gfm.text(note)}' if note else ''} in {gfm.code(at)}"
    if facts.contacts:
        yield from ("", contacts(facts))


def _field(facts: FieldFacts, site: SiteFacts) -> Iterator[str]:
    words = said(facts, site)
    name = f"- **{label(facts.field.name)}**"
    if not facts.managed:
        yield f"{name} {_value(value(facts.live))} ({words})"
        return
    yield f"{name} {_value(value(facts.files))}{f' in {gfm.code(place(facts.origin))}' if facts.origin else ''}"
    if differs(facts):
        yield f"  - live: {_value(value(facts.live))}"
    if words:
        yield f"  - {words}"


def _value(shown: str) -> str:
    return shown if isinstance(shown, Words) else gfm.code(shown)
