"""Analyses of analyses: many fits, compared."""
