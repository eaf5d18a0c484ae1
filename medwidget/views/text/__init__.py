"""Results in words and tables, as plain text and as HTML."""
