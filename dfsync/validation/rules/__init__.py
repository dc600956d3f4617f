"""The rules, one module each, and what they are called with.

The rules of entries see one site, contact or text, and the configuration; those of the repository see everything.

A module without a check holds only the manual: what it describes is found while a file is read, and `RULE.found_in`
names the module that finds it. So DF001 to DF104 are found by the readers and the schema, and DF201 to DF209 by
`dfsync.model.hours.file_form.read` and `dfsync.files.resolve`.
"""

from __future__ import annotations

from dfsync.validation.rule import ConfigCheck, ContactCheck, RepositoryCheck, SiteCheck, TextCheck
from dfsync.validation.rules import (
    df105_unknown_zone,
    df106_old_zone,
    df107_zone_of_other_country,
    df108_unknown_currency,
    df109_comma_in_id,
    df110_comma_in_group,
    df111_blank,
    df112_clear_where_cells_keep,
    df113_postal_code_form,
    df114_zone_of_other_state,
    df210_swapped_times,
    df301_duplicate_site,
    df302_duplicate_contact,
    df303_unknown_site,
    df304_incomplete_key,
    df305_contact_field_without_column,
    df306_duplicate_internal_id,
    df307_odd_hours,
    df309_odd_email,
    df310_groups_alike,
    df402_invisible,
    df403_outer_space,
    df404_not_nfc,
    df405_formula,
    df406_too_long,
    df408_quotes_in_text,
    df409_other_character,
    df410_damaged_value,
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

SITE_RULES: tuple[SiteCheck, ...] = (
    df105_unknown_zone.check,
    df106_old_zone.check,
    df107_zone_of_other_country.check,
    df108_unknown_currency.check,
    df109_comma_in_id.check,
    df110_comma_in_group.check,
    df111_blank.check,
    df112_clear_where_cells_keep.check,
    df113_postal_code_form.check,
    df114_zone_of_other_state.check,
    df210_swapped_times.check,
    df406_too_long.check,
)

CONTACT_RULES: tuple[ContactCheck, ...] = (
    df112_clear_where_cells_keep.check_contact,
    df304_incomplete_key.check_contact,
    df305_contact_field_without_column.check_contact,
    df309_odd_email.check_contact,
    df406_too_long.check_contact,
)

TEXT_RULES: tuple[TextCheck, ...] = (
    df402_invisible.check,
    df403_outer_space.check,
    df404_not_nfc.check,
    df405_formula.check,
    df408_quotes_in_text.check,
    df409_other_character.check,
    df410_damaged_value.check,
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
