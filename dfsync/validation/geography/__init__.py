"""What is known of places: countries, states, currencies, time zones, postal codes and public holidays."""
