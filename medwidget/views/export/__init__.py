"""Results as code that reproduces them."""
