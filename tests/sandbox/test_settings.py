"""Every setting has a name, a default, a meaning, and a text form on the command line."""

from __future__ import annotations

from dataclasses import fields

import pytest

from dfsync.errors import UsageError
from dfsync.sandbox import SandboxSettings
from dfsync.sandbox.settings import described, parse_settings


def test_every_setting_is_described() -> None:
    """Each has a sentence, in the order of definition."""
    assert [name for name, _, _ in described()] == [item.name for item in fields(SandboxSettings)]
    assert all(help for _, _, help in described())


def test_the_described_defaults_are_the_defaults() -> None:
    """What --list-settings prints can be passed back."""
    assert parse_settings(f"{name}={default}" for name, default, _ in described()) == SandboxSettings()


def test_text_becomes_the_settings_own_type() -> None:
    """Booleans, numbers, lists, choices."""
    parsed = parse_settings(["trim=true", "row_base=0", "latency_ms=1.5", "contact_key=Site, Mail", "blank_cells=keep"])
    expected = SandboxSettings(trim=True, row_base=0, latency_ms=1.5, contact_key=("Site", "Mail"), blank_cells="keep")
    assert parsed == expected


@pytest.mark.parametrize("text", ["trim", "trim=yes", "row_base=x", "blank_cells=drop", "unknown=1", "=1", ""])
def test_what_does_not_fit_is_a_usage_error(text: str) -> None:
    """With the choices, or the names."""
    with pytest.raises(UsageError) as caught:
        parse_settings([text])
    assert caught.value.help


def test_a_choice_is_checked_in_python_too() -> None:
    """A typo in a test is no setting that does nothing."""
    with pytest.raises(UsageError, match="hours_form"):
        SandboxSettings(hours_form="by-day")
