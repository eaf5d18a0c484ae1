"""Where data is prepared: frames in, group moments and a ledger of rows out.

Read in this order: `frame` (the only door), `groups`, `moments`, `columns` (what each column is
like), `ledger`, `prepare` (all of it for one model), `describe` (all of it for a reader), `terms`
and `simulate` (new responses for the same rows).
"""
