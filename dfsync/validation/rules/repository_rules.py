"""The rules that see dfsync.yaml or the whole repository. A hook rarely needs them."""

from __future__ import annotations

from dfsync.validation.rule import ConfigCheck, RepositoryCheck
from dfsync.validation.rules import (
    df301_duplicate_site,
    df302_duplicate_contact,
    df303_unknown_site,
    df306_duplicate_internal_id,
    df307_odd_hours,
    df310_groups_alike,
    df501_unused_profile,
    df502_default_without_sites,
    df503_unknown_default_target,
    df504_target_address,
    df505_required_columns,
    df506_contact_columns,
    df509_path_leaves_repository,
    df510_sheet_columns,
    df521_calendars_differ,
    df522_unused_calendar,
    df523_calendar_without_hours,
    df524_holiday_without_exception,
)

CONFIG_RULES: tuple[ConfigCheck, ...] = (
    df503_unknown_default_target.check,
    df504_target_address.check,
    df505_required_columns.check,
    df506_contact_columns.check,
    df509_path_leaves_repository.check,
    df510_sheet_columns.check,
)

REPOSITORY_RULES: tuple[RepositoryCheck, ...] = (
    df301_duplicate_site.check,
    df302_duplicate_contact.check,
    df303_unknown_site.check,
    df306_duplicate_internal_id.check,
    df307_odd_hours.check,
    df310_groups_alike.check,
    df501_unused_profile.check,
    df502_default_without_sites.check,
    df506_contact_columns.check_template,
    df521_calendars_differ.check,
    df522_unused_calendar.check,
    df523_calendar_without_hours.check,
    df524_holiday_without_exception.check,
)
