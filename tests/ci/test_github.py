"""GitHub's API over real HTTP: pages, refusals, faults that pass, and where the token goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dfsync.ci.github.comment import close_issue, upsert_comment, upsert_issue
from dfsync.ci.github.rest_api import GitHub, GitHubError
from dfsync.ci.github.reviewed_plan import NotReviewedError, artifact_name, plan_of_digest
from dfsync.ci.github.runner import Runner
from dfsync.ci.marker import marker_of
from tests.ci.fakehub import BOT, REPOSITORY, TOKEN, Hub, Refusal, serving

BODY = "<!-- dfsync:plan target=us digest=sha256:1 -->\n\n### 1 site changes\n"


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def github(hub: Hub, waits: list[float]) -> Iterator[GitHub]:
    runner = Runner({"GITHUB_API_URL": hub.url, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN})
    with GitHub(runner, sleep=waits.append) as github:
        yield github


def test_comment_is_found_among_250(hub: Hub, github: GitHub) -> None:
    """All pages are read before a second comment is ever written."""
    for number in range(250):
        hub.comment(f"comment {number}", "somebody")
    hub.comment("<!-- dfsync:plan target=us digest=sha256:0 -->\nold")
    assert upsert_comment(github, 7, BODY, BOT) == "updated"
    assert hub.comments[-1]["body"] == BODY
    assert len(hub.comments) == 251
    assert sum(asked.startswith("GET") for asked in hub.asked) == 3


def test_equal_comment_is_not_written_again(hub: Hub, github: GitHub) -> None:
    """A body that differs only in line ends, as GitHub may give it back, is equal."""
    hub.comment(BODY.replace("\n", "\r\n"))
    assert upsert_comment(github, 7, BODY, BOT) == "unchanged"
    assert [asked.split(" ")[0] for asked in hub.asked] == ["GET"]


@pytest.mark.parametrize(
    ("body", "author"),
    [
        (BODY, "mallory"),
        (f"> {BODY}", BOT),
        (BODY.replace("target=us", "target=us-east"), BOT),
        (BODY.replace("target=us", "target=u"), BOT),
    ],
    ids=["by somebody else", "quoted", "longer target", "shorter target"],
)
def test_other_comments_are_left_alone(hub: Hub, github: GitHub, body: str, author: str) -> None:
    """Only the bot's own comment that begins with this target's marker is replaced."""
    hub.comment(body, author)
    assert upsert_comment(github, 7, BODY, BOT) == "created"
    assert hub.comments[0]["body"] == body


def test_marker_ends_at_the_digest() -> None:
    """The digest changes with every plan, the marker never."""
    assert marker_of(BODY) == "<!-- dfsync:plan target=us"
    assert marker_of("<!-- dfsync:drift target=us -->\nx") == "<!-- dfsync:drift target=us -->"


@pytest.mark.parametrize("status", [401, 403, 404, 422])
def test_refusals_are_told_with_githubs_words_and_not_repeated(hub: Hub, github: GitHub, status: int) -> None:
    """A refusal that will not change is asked for once; the token is in no message."""
    hub.refusals.append(Refusal("POST", status, "Resource not accessible by integration\x1b[2J"))
    with pytest.raises(GitHubError) as caught:
        upsert_comment(github, 7, BODY, BOT)
    assert str(status) in str(caught.value)
    assert "not accessible" in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert sum(asked.startswith("POST") for asked in hub.asked) == 1


def test_passing_fault_is_waited_out(hub: Hub, github: GitHub, waits: list[float]) -> None:
    """A 502 while reading is asked again, with growing waits."""
    hub.refusals.append(Refusal("GET", 502, times=2))
    assert upsert_comment(github, 7, BODY, BOT) == "created"
    assert waits == sorted(waits)
    assert len(waits) == 2


def test_lasting_fault_ends(hub: Hub, github: GitHub) -> None:
    """A fault that stays is an error after three attempts."""
    hub.refusals.append(Refusal("GET", 503))
    with pytest.raises(GitHubError, match="503"):
        upsert_comment(github, 7, BODY, BOT)
    assert len(hub.asked) == 3


def test_create_is_never_repeated_after_a_fault(hub: Hub, github: GitHub) -> None:
    """A POST that failed with 502 may have taken effect: a second one could make a second comment."""
    hub.refusals.append(Refusal("POST", 502, times=1))
    with pytest.raises(GitHubError, match="502"):
        upsert_comment(github, 7, BODY, BOT)
    assert hub.comments == []


@pytest.mark.parametrize("status", [403, 429])
def test_rate_limit_waits_as_it_was_told(hub: Hub, github: GitHub, waits: list[float], status: int) -> None:
    """A limited request waits as retry-after says, creates too: they had no effect."""
    hub.refusals.append(Refusal("POST", status, "rate limit", times=1, headers=(("retry-after", "7"),)))
    assert upsert_comment(github, 7, BODY, BOT) == "created"
    assert waits == [7.0]


def test_rate_limit_of_an_hour_is_not_waited_for(hub: Hub, github: GitHub, waits: list[float]) -> None:
    """A job is not kept for an hour to write a comment."""
    hub.refusals.append(Refusal("GET", 429, "rate limit", headers=(("retry-after", "3600"),)))
    with pytest.raises(GitHubError, match="429"):
        upsert_comment(github, 7, BODY, BOT)
    assert waits == []


def test_unreachable_github_is_an_error(github: GitHub, waits: list[float]) -> None:
    """A server that is gone is told as such."""
    runner = Runner({"GITHUB_API_URL": "http://127.0.0.1:1", "GITHUB_REPOSITORY": "a/b", "GITHUB_TOKEN": TOKEN})
    with GitHub(runner, sleep=waits.append) as gone, pytest.raises(GitHubError, match="ConnectError"):
        upsert_comment(gone, 7, BODY, BOT)


def test_without_a_token_nothing_is_asked(hub: Hub) -> None:
    """Without a token there is no request."""
    with pytest.raises(GitHubError, match="no GITHUB_TOKEN"):
        GitHub(Runner({"GITHUB_API_URL": hub.url}))
    assert hub.asked == []


def test_issue_is_opened_updated_and_closed(hub: Hub, github: GitHub) -> None:
    """There is one issue for a marker, from the first drift until there is none."""
    body = "<!-- dfsync:drift target=us -->\n1 site"
    assert upsert_issue(github, "drift", body, BOT) == "created"
    assert upsert_issue(github, "drift", body, BOT) == "unchanged"
    assert upsert_issue(github, "drift", body + "s", BOT) == "updated"
    assert close_issue(github, marker_of(body), BOT) == "closed"
    assert close_issue(github, marker_of(body), BOT) == "none"


@pytest.mark.parametrize(
    "files", [{}, {"../plan.json": b"{}"}, {"plan.json": b'{"digest": "sha256:other"}'}], ids=["empty", "path", "other"]
)
def test_artifact_without_the_plan_is_refused(
    hub: Hub, github: GitHub, files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Only plan.json is read, into memory; a path that leaves the archive is never looked at."""
    folder = tmp_path_factory.mktemp("plans")
    digest = "sha256:" + "a" * 64
    hub.artifact(artifact_name(digest), files)
    with pytest.raises(NotReviewedError):
        plan_of_digest(github, digest, folder)
    assert list(folder.iterdir()) == []
