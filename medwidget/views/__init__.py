"""Pictures and words: how a result is shown. No statistics here."""
