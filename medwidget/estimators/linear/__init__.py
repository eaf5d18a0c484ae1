"""Joint ML and REML of several Gaussian mixed equations from cross-products."""
