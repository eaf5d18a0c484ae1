"""Charts, one a file: rows in, an Altair chart out. They are drawn here and nowhere else.

A chart's module has two functions: one that returns an Altair chart to look at, change or save
(`public` gathers these), and ``picture``, which returns the same as a specification and rows.
"""
