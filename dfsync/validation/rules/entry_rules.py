"""The rules that see one site, contact or text, and the configuration."""

from __future__ import annotations

from dfsync.validation.rule import ContactCheck, SiteCheck, TextCheck
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
    df304_incomplete_key,
    df305_contact_field_without_column,
    df309_odd_email,
    df402_invisible,
    df403_outer_space,
    df404_not_nfc,
    df405_formula,
    df406_too_long,
    df408_quotes_in_text,
    df409_other_character,
    df410_damaged_value,
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
