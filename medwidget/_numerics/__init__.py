"""Arrays only: linear algebra of many small matrices, optimisation with a record."""
