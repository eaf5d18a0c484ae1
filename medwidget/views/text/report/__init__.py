"""A result as an author reports it: method, results, limits, tables, and what is assumed."""
