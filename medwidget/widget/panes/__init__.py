"""From results to what the tabs show, as plain values; no widget is needed."""
