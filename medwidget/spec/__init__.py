"""Where the model is specified: roles, levels, paths, checks and the parameter table."""
