"""`fmt`: canonical style, comments kept, and nothing that a file means is changed."""

from __future__ import annotations

import pytest
import yaml

from tests.contract.world import CONFIG, World

UGLY = """\
# the store at the corner

name:   Downtown Store   # as painted on the door
id: site-123


address: {postal_code: 02134, city: "San Francisco"}
escalation_path: NO
currency: 'USD'   # needless quotes stay
x-note: 1e3
"""


def test_fmt_rewrites(world: World) -> None:
    """`fmt` rewrites files in canonical style, comments kept; what other readers misread is quoted."""
    world.site(UGLY)
    before = world.plan()["changes"]
    assert world.ok("fmt").code == 0
    text = (world.root / "sites/site.yaml").read_text()
    assert "# the store at the corner" in text
    assert "# as painted on the door" in text
    assert "'USD'" in text
    assert '"San Francisco"' in text
    assert text.index("id:") < text.index("name:")
    read = yaml.safe_load(text)
    assert read["address"]["postal_code"] == "02134"
    assert read["escalation_path"] == "NO"
    after = world.plan()["changes"]
    assert [change["fields"] for change in after] == [change["fields"] for change in before]
    assert {one["code"] for one in world.findings()} <= {"DF407"}
    assert world.ok("fmt", "--check").code == 0


def test_fmt_again_changes_nothing(world: World) -> None:
    """What is canonical stays byte for byte."""
    world.site(UGLY)
    world.ok("fmt")
    once = (world.root / "sites/site.yaml").read_bytes()
    world.ok("fmt")
    assert (world.root / "sites/site.yaml").read_bytes() == once


def test_check_and_diff(world: World) -> None:
    """`--check`; `fmt --diff` writes nothing and exits 0, with `--check` 1."""
    world.site(UGLY)
    world.site("id: b\nname: B\n", "b")
    outcome = world.dfsync("fmt", "--check")
    assert outcome.code == 1
    assert "would reformat sites/site.yaml" in outcome.err
    assert world.dfsync("fmt", "--check", "sites/b.yaml").code == 0
    outcome = world.dfsync("fmt", "--diff")
    assert outcome.code == 0
    assert "-escalation_path: NO" in outcome.out
    assert '+escalation_path: "NO"' in outcome.out
    assert world.dfsync("fmt", "--diff", "--check").code == 1
    assert (world.root / "sites/site.yaml").read_text() == UGLY
    world.ok("fmt")
    assert world.dfsync("fmt", "--diff", "--check").code == 0


def test_paths(world: World) -> None:
    """`fmt [PATH…]`: only those; dfsync.yaml is formatted when named."""
    config = "targets:\n    production:   {customer_id: 123}\nversion: 1\n"
    world.write({"sites/a.yaml": UGLY, "sites/b.yaml": UGLY.replace("site-123", "b"), "dfsync.yaml": config})
    world.ok("fmt", "sites/a.yaml")
    assert (world.root / "sites/a.yaml").read_text() != UGLY
    assert (world.root / "sites/b.yaml").read_text() == UGLY.replace("site-123", "b")
    world.ok("fmt")
    assert (world.root / "dfsync.yaml").read_text() == config
    world.ok("fmt", "dfsync.yaml")
    assert (world.root / "dfsync.yaml").read_text() != config
    assert yaml.safe_load((world.root / "dfsync.yaml").read_text()) == yaml.safe_load(config)
    assert world.dfsync("fmt", "sites/nowhere.yaml").code == 1


@pytest.mark.parametrize(
    "text",
    [
        "id: a\r\nname: NO\r\n",
        "\ufeffid: a\nname: NO\n",
        "sites:\n- &one\n  id: a   # first\n  name: A\n- {<<: *one, id: b}\n",
        "id: a\nname: A\n---\n# two\nname: B\nid: b\n",
        "",
        "# only a comment\n",
        "id: a\nname: |\n  Two\n  Lines\n",
        "operational_hours: {Sun: closed, Mon-Fri: [13:00-17:00, 09:00-12:00]}\nid: a\nname: A\n",
        "id: a\nname: A\noperational_hours: {Fri: 09:00-10:00}\nexceptions: [{closed: true, date: 2026-12-25}] # X\n",
        "name: A\nid: a\ninternal_id: 750\n",
    ],
)
def test_fmt_keeps_what_a_file_means(world: World, text: str) -> None:
    """A formatted file means what it meant: the same sites, comments, line ends."""
    world.site("id: other\nname: Other\n", "other")
    world.site(text)
    before = [(change["id"], change["fields"]) for change in world.plan()["changes"]]
    world.ok("fmt")
    data = (world.root / "sites/site.yaml").read_bytes()
    assert [(change["id"], change["fields"]) for change in world.plan()["changes"]] == before
    assert data.count(b"#") == text.count("#")
    assert (b"\r\n" in data) == ("\r\n" in text)
    assert world.ok("fmt", "--check").code == 0


def test_a_broken_file_is_left_alone(world: World) -> None:
    """A file that is not YAML is an error and stays as it is; the others are formatted."""
    world.site("id: [\n", "broken")
    world.site(UGLY)
    outcome = world.dfsync("fmt")
    assert outcome.code == 1
    assert "error: sites/broken.yaml:2:1:" in outcome.err
    assert (world.root / "sites/broken.yaml").read_text() == "id: [\n"
    assert (world.root / "sites/site.yaml").read_text() != UGLY


def test_the_configuration_is_valid(world: World) -> None:
    """The starter configuration stays what it is."""
    world.write({"dfsync.yaml": CONFIG, "sites/a.yaml": "id: a\nname: A\n"})
    world.ok("fmt", "dfsync.yaml")
    assert world.findings("error") == []
