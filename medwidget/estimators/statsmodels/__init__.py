"""Separate fits by statsmodels, as an outside check of the joint estimators."""
