"""The plan as a comment, read back by the forge's own Markdown parser."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.plan.values import Refusal, Unmanaged
from dfsync.report.changes.options import Options
from dfsync.report.elements import gfm
from dfsync.report.plan import html as html_report
from dfsync.report.plan import markdown
from tests.report.plan.plans import BAR, LONGER, REFUSAL, everything, field, hostile, many, plan, update
from tests.support.ci_runner import commands
from tests.support.forge_markdown import Elements, rendered
from tests.support.hostile import texts

MORE_HOSTILE = [
    "</summary></details><h1>All good</h1>",
    "a@b.example owner/repo#9 https://evil.example www.evil.example",
    "two\n\n# Heading",
    "1. item",
    "- item",
    "---",
    "a\\|b\\`c",
    "`",
    "$x$ :tada:",
    "deadbeef1 0123456789abcdef",
    "%1 &2 !3 ~4",
    "חנות → שם",
    "CLEAR",
    "GH-1",
    "JIRA-12",
]


def test_the_headline_comes_first_and_the_marker_before_it():
    """The first lines are the marker with target and digest, and the plan in one line."""
    first, _, second, *_ = markdown.render(everything(), [], Options(digest="sha256:ab")).splitlines()
    assert first == "<!-- dfsync:plan target=production digest=sha256:ab -->"
    assert first.startswith(markdown.marker("production"))
    assert second == "### 3 sites change, 1 is new, 2 were edited elsewhere; 1 contact changes, 1 is new"


def test_creates_clears_and_refusals_stand_before_the_other_changes():
    """Changes that can't be taken back come first."""
    cleared = update("site-128", field("escalation_path", "Ops Team", None))
    text = markdown.render(plan(*everything().changes, cleared), [REFUSAL])
    wanted = ("--accept updates=412", "#### ⚠️ Edited", "#### ⚠️ Lose a value", "#### New", "#### Open longer")
    places = [text.index(words) for words in wanted]
    assert places == sorted(places)


def test_hours_are_a_week_table_when_parsed_by_the_forge():
    """Days that go together are one row, changed hours are bold, and the table is the table that was meant."""
    page = Elements(rendered(markdown.render(plan(update("a", field("operational_hours", BAR, LONGER))))))
    assert page.tables == [
        [
            ["Days", "Before", "After", ""],
            ["Mon–Thu", "11:00–22:59", "09:00–20:59", ""],
            ["Fri", "18:00–02:59", "09:00–20:59", ""],
            ["Sat", "18:00–02:59", "closed", ""],
            ["Sun", "closed", "closed", ""],
        ]
    ]
    assert "··················▓▓▓▓████████████████████░░░░········" in page.codes


def test_places_in_the_files_are_links_where_the_forge_is_known():
    """To the line; whatever a file is called, the link leads into the repository."""
    at = "https://github.com/acme/shops/blob/abc/{file}#L{line}"
    made = plan(update("a", field("name", "a", "b"), file="sites/a b](https://evil.example) <x>.yaml", line=7))
    wanted = "https://github.com/acme/shops/blob/abc/sites/a%20b%5D%28https%3A//evil.example%29%20%3Cx%3E.yaml#L7"
    for page in (
        rendered(markdown.render(made, [], Options(lines_at=at))),
        html_report.render(made, [], Options(lines_at=at)),
    ):
        assert f'href="{wanted}"' in page
        assert page.count('href="http') == 1


def test_the_same_change_at_many_sites_is_said_once():
    """A move of 412 sites to another time zone is one line, with the sites folded below."""
    text = markdown.render(many(412, alike=412))
    assert "**time zone** `America/Los_Angeles` → `America/Denver` at **412 sites**" in text
    assert text.count("America/Denver") == 1


@pytest.mark.parametrize("text", [text for text in (*texts, *MORE_HOSTILE) if text])
def test_hostile_text_changes_nothing_but_itself(text):
    """Whatever a name holds, the page has the elements that a harmless name gives, and no link, image or mention."""
    options = Options(show_contacts=True, digest="sha256:ab")
    source = markdown.render(hostile(text), [Refusal("create", text, text)], options)
    page = Elements(rendered(source))
    expected = Elements(rendered(markdown.render(hostile("Store_1"), [Refusal("create", "Store_1", "x_1")], options)))
    kept = [tag for tag in page.tags if tag != "code"]
    assert kept == [tag for tag in expected.tags if tag != "code"]
    assert not page.open
    assert len(page.comments) == 1
    assert not {"a", "img", "script", "h1"} & set(page.tags)
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.", page.prose)
    assert commands(source) == []
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066]", source)


@pytest.mark.parametrize(
    "name", ["Fisher's Lane", "87th & Third", "Hoboken, Washington St.", "東京駅前店", "Krzyży (2)"]
)
def test_a_harmless_name_is_written_as_it_is(name):
    """Most names are read as text, not as code."""
    assert gfm.text(name) == name


@given(st.text())
def test_any_text_stays_text_in_markdown(text):
    """A text of any characters is read back as what `visible` makes of it, in one paragraph without markup."""
    page = Elements(rendered(f"is {gfm.text(text)} here"))
    shown = "".join(page.codes) or page.prose.strip()
    assert set(page.tags) <= {"p", "code"}
    assert gfm.visible(text).strip(" ") in shown or not text.strip()


@given(st.text(alphabet="`|\\ a*_[]()<>&@#:/.w-1~$\n", max_size=30))
def test_any_markup_stays_text_in_markdown(text):
    """This holds for texts of nothing but Markdown's own characters too."""
    page = Elements(rendered(f"is {gfm.text(text)} here"))
    assert set(page.tags) <= {"p", "code"}


@pytest.mark.parametrize("sites", [0, 1, 5, 400, 5000])
def test_the_comment_is_never_too_long_and_says_what_it_leaves_out(sites):
    """At most 60,000 bytes; the sites shown and the sites left out are all sites."""
    text = markdown.render(many(sites), [REFUSAL], Options(full_report="https://ci.example/run/1"))
    assert len(text.encode()) <= markdown.BUDGET
    left_out = re.search(r"\*\*([\d,]+) of [\d,]+ changes are not shown", text)
    missing = int(left_out[1].replace(",", "")) if left_out else 0
    assert text.count("<code>site-") + missing == sites
    assert text.count("<details") == text.count("</details>")
    assert "[the full report](https://ci.example/run/1)" in text


def test_texts_that_fill_a_comment_leave_sites_out_whole():
    """The worst texts, four bytes a character and far too many refusals, still give a whole comment."""
    wide = "\U0001f3ea" * 4000
    refusals = [Refusal("create", wide, f"--accept create={wide}")] * 500
    changes = [update(f"{wide}{n}", field("name", f"{wide}{n}", wide), name=wide, file=wide) for n in range(300)]
    unmanaged = tuple(Unmanaged(f"{wide}{n}", wide) for n in range(300))
    text = markdown.render(plan(*changes, unmanaged=unmanaged), refusals)
    page = Elements(rendered(text))
    assert len(text.encode()) <= markdown.BUDGET
    assert not page.open


def test_contacts_are_masked_unless_asked_for():
    """No address, name or phone number of a contact leaves the plan by default."""
    text = markdown.render(everything())
    assert not re.search(r"ada@|Ada|Grace|555", text)
    assert "site-123/a***@example.com" in text
    assert "ada@example.com" in markdown.render(everything(), [], Options(show_contacts=True))


def test_a_full_report_that_is_no_plain_link_is_named_and_not_linked():
    """An artifact's name is shown as text; so is a link that could break out of its brackets."""
    for where in ("plan-report", "javascript:alert(1)", "https://x.example/) [a](https://evil.example"):
        page = Elements(rendered(markdown.render(plan(), [], Options(full_report=where))))
        assert "a" not in page.tags
        assert where in page.codes


def test_the_marker_can_not_be_ended_by_a_name():
    """A target's name is percent-encoded in the marker."""
    assert markdown.marker("x--> <b>") == "<!-- dfsync:plan target=x-%2D%3E%20%3Cb%3E "
