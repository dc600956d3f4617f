"""dfsync.yaml is found from below, and whatever it says is read into values that every command can use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dfsync.errors import ConfigError
from dfsync.files.config import parse_config, read_config
from dfsync.files.storage.root import find_root
from dfsync.files.storage.tree import WorkTree, config_data
from dfsync.model.settings import AUTH_URL, BASE_URL, Config, Limit
from dfsync.runtime.resources import schema

# The contract's example, as it stands there.
EXAMPLE = """\
version: 1
sites: [sites/**/*.yaml, sites/**/*.yml]        # these are the defaults
contacts: [contacts/**/*.yaml, contacts/**/*.yml]
default_target: production
targets:
  production: {customer_id: 123}                # base_url and auth_url default to Dragonfruit's
  staging: {customer_id: 456, base_url: "https://api.example.com", auth_url: "https://auth.example.com",
    token_env: STAGING_TOKEN, refresh_token_env: STAGING_REFRESH}
defaults:                                       # later entries win over earlier, a site's own value over all
  - match: sites/us/**
    set: {currency: USD, address: {country: USA}}
hours_profiles:
  retail: {Mon-Fri: 09:00-18:59, Sat-Sun: 07:00-20:00}
limits: {max_updates: 30%, max_creates: 50, max_clears: 10}   # number, or percent of live sites; none by default
state: {backend: file}                          # file (default) | git
on_drift: revert                                # revert (default) | keep | fail
api:
  blank_cells: clear                            # clear (default): an empty cell empties the field | keep
  required_columns: [Site ID, Site Name]        # always sent
  batch_rows: 500
  page_size: 500
contact_csv:                                    # the vendor's contact template is not public: adjust to yours
  key: [site, email]
  columns: {site: Site ID, name: Contact Name, email: Contact Email, phone: Contact Phone, role: Contact Role}
"""


def config_of(root: Path, text: str) -> Config:
    (root / "dfsync.yaml").write_text(text, encoding="utf-8")
    return read_config(config_data(WorkTree(root))).config


def test_the_example_of_the_contract_is_read(tmp_path: Path) -> None:
    """Numbers are numbers where they count, and texts everywhere else."""
    config = config_of(tmp_path, EXAMPLE)
    assert (config.targets["production"].base_url, config.targets["production"].auth_url) == (BASE_URL, AUTH_URL)
    assert (config.targets["staging"].customer_id, config.targets["staging"].token_env) == (456, "STAGING_TOKEN")
    assert config.limits.max_updates == Limit(30, percent=True)
    assert config.limits.max_creates == Limit(50)
    assert config.defaults[0].set == {"currency": "USD", "address": {"country": "USA"}}
    assert config.api.batch_rows == 500


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    """The contract's example writes out what the defaults are."""
    short, whole = config_of(tmp_path, "version: 1\n"), config_of(tmp_path, EXAMPLE)
    for name in ("sites", "contacts", "state", "on_drift", "api", "contact_csv", "days_ahead"):
        assert getattr(short, name) == getattr(whole, name)


@pytest.mark.parametrize("value", [[], {}, None, 1, "x", [["exclusive"]]])
@pytest.mark.parametrize("key", ["match", "worksheet", "columns", "ignore", "closing", "blank_days"])
def test_a_setting_of_a_sheet_of_a_wrong_type_has_its_default(key: str, value: Any) -> None:
    """A list has no hash, so it can't be looked up in a set."""
    (entry,) = parse_config({"sheets": {"stores": {key: value}}}).sheets
    assert entry.closing is None
    assert entry.blank_days is None


def test_the_root_is_found_from_below(tmp_path: Path) -> None:
    """The nearest dfsync.yaml at or above; without one, the error says how to begin."""
    (tmp_path / "repo/sites/us").mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"no dfsync\.yaml") as caught:
        find_root(tmp_path / "repo/sites/us")
    assert "dfsync init" in str(caught.value.help)
    (tmp_path / "repo/dfsync.yaml").write_text("version: 1\n")
    assert find_root(tmp_path / "repo/sites/us") == tmp_path / "repo"
    assert find_root(tmp_path / "repo") == tmp_path / "repo"


KEYS = st.sampled_from(sorted(schema("config")["properties"]))
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("30%") | st.just("off")
NAMES = st.sampled_from(
    ["match", "set", "customer_id", "exceptions", "hours", "level", "key", "columns", "retail", "Mon"]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=10
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_whatever_it_says_is_a_configuration(raw: dict[str, Any]) -> None:
    """Values of a wrong type are passed over, since validation reports them; nothing raises."""
    assert isinstance(parse_config(raw), Config)
