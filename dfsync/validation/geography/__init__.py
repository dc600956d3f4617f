"""Facts about places: countries, states, currencies, time zones, postal codes and public holidays."""
