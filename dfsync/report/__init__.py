"""How findings, plans and receipts look; values in, text out."""
