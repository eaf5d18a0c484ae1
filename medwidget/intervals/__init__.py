"""Intervals: from effects and a fit to bounds."""
