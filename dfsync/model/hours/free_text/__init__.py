"""Hours as people write them, as in spreadsheets and messages: words, times, spans, and what is certain of them."""
