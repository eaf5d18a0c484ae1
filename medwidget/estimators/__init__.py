"""Estimators: from a model and prepared data to estimates with their covariance matrix."""
