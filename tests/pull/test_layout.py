"""The paths of new sites: safe on every disk, the same in every pull, and never those of other files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.errors import ConfigError
from dfsync.model.settings import Config, PullSettings
from dfsync.pull.new_sites.layout import TEMPLATE, Layout, places, slug, template
from dfsync.pull.values import NewSite
from tests.pull.worlds import TEXTS


def site(id: str, name: str = "Downtown", **address: str) -> NewSite:
    """Return a new site at an address."""
    return NewSite(id, {"name": name, **{f"address.{part}": text for part, text in address.items()}})


def placed(*sites: NewSite, existing: tuple[str, ...] = (), path: str = TEMPLATE) -> list[str]:
    """Return the paths of sites in their order."""
    found = places(sites, Config(), path, existing)
    return [found[one.id] for one in sites]


def test_a_path_is_country_state_and_name():
    """The default template, folded to what every disk can hold; parts that are empty are left out."""
    assert placed(site("1", "Café L'Été & Co.", country="USA", state="CA")) == ["sites/usa/ca/cafe-lete-co.yaml"]
    assert placed(site("1", "Zürich HB", country="Schweiz")) == ["sites/schweiz/zurich-hb.yaml"]
    assert placed(site("1")) == ["sites/downtown.yaml"]


def test_a_name_without_latin_letters_is_known_by_its_id():
    """Letters that have no Latin form are dropped, so the id takes the place of the name."""
    assert placed(site("jp-1", "東京駅前店", country="日本")) == ["sites/jp-1.yaml"]
    assert placed(site("東京", "駅")) == ["sites/site.yaml"]


def test_sites_of_one_name_carry_their_ids():
    """All of them do, so that no path depends on the order of the export."""
    assert placed(site("A 1"), site("A-2"), site("B", "Uptown")) == [
        "sites/downtown-a-1.yaml",
        "sites/downtown-a-2.yaml",
        "sites/uptown.yaml",
    ]


def test_ids_that_fold_alike_are_told_apart_by_a_digest():
    """`a-1` and `A 1` would be one name; the digest is of the id, so it never changes."""
    first, second = placed(site("a-1"), site("A 1"))
    assert first != second
    assert first.startswith("sites/downtown-a-1-")
    assert placed(site("A 1"), site("a-1")) == [second, first]


def test_a_file_that_is_there_is_left_to_its_owner():
    """Also one whose name differs in case only, which some disks take for the same."""
    assert placed(site("a"), existing=("sites/Downtown.YAML".replace("YAML", "yaml"),)) == ["sites/downtown-a.yaml"]


@pytest.mark.parametrize(
    ("name", "path"),
    [("CON", "con-a"), ("lpt1", "lpt1-a"), ("COM¹", "com1-a"), ("Console", "console"), ("..", "a"), ("aux.", "aux-a")],
)
def test_names_of_devices_are_avoided(name, path):
    """Windows keeps some names for devices, whatever their ending, and can't check such files out."""
    assert placed(site("a", name)) == [f"sites/{path}.yaml"]


def test_folders_and_ids_are_no_devices_either():
    assert placed(site("nul", "Nul", country="Con", state="Prn")) == ["sites/con-sites/prn-sites/nul-nul.yaml"]


@pytest.mark.parametrize(
    ("text", "folded"), [("Straße", "strasse"), ("Łódź", "lodz"), ("Ærø", "aero"), ("Reykjavík Þ", "reykjavik-th")]
)
def test_letters_become_those_of_ascii(text, folded):
    assert slug(text) == folded


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS, TEXTS), max_size=6, unique_by=lambda texts: texts[0]))
def test_no_text_leads_out_of_the_folder_or_onto_another_site(texts):
    """Whatever live holds: paths below sites/, of harmless characters, all different on a disk that ignores case."""
    found = placed(*(site(id, name, country=country, state=state) for id, name, country, state in texts))
    assert len({path.casefold() for path in found}) == len(found)
    for path in found:
        assert path.startswith("sites/")
        assert path.isascii()
        assert path == path.lower()
        assert not any(part.startswith(".") or not part for part in path.split("/"))
        assert all(len(part) <= 140 for part in path.split("/"))


def test_layouts_decide_how_many_share_a_file():
    """One a site by default, one a state, or one for all; from the same template."""
    config = Config()
    assert template(config, Layout.ONE_PER_SITE) == "sites/{country}/{state}/{slug}.yaml"
    assert template(config, Layout.PER_STATE) == "sites/{country}/{state}.yaml"
    assert template(config, Layout.SINGLE) == "sites/sites.yaml"
    here = [site("1", country="USA", state="CA"), site("2", country="USA", state="CA"), site("3", country="USA")]
    assert placed(*here, path=template(config, Layout.PER_STATE)) == [
        "sites/usa/ca.yaml",
        "sites/usa/ca.yaml",
        "sites/usa/sites.yaml",
    ]


@pytest.mark.parametrize(
    "path",
    [
        "../{slug}.yaml",
        "/etc/{slug}.yaml",
        "C:\\{slug}.yaml",
        "sites/{slug}.json",
        "sites/.git/{slug}.yaml",
        "sites/{name}.yaml",
    ],
)
def test_a_template_that_leads_elsewhere_is_refused(path):
    """Out of the repository, into hidden folders, to other files, or with placeholders that mean nothing."""
    with pytest.raises(ConfigError, match=r"pull\.path"):
        template(Config(pull=PullSettings(path)), Layout.ONE_PER_SITE)


def test_a_place_that_no_pattern_finds_is_refused():
    """Sites that nothing would read again are no desired state."""
    with pytest.raises(ConfigError, match="which no pattern of `sites`"):
        placed(site("1"), path="stores/{slug}.yaml")
