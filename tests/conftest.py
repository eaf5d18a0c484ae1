"""Settings shared by all tests."""

import os

from hypothesis import settings

# Machines differ in speed, and a failure must be repeatable: no deadlines, and
# the same examples on every run. `HYPOTHESIS_PROFILE=search` looks for new ones.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
