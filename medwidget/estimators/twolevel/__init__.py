"""Two-level structural models with latent parts by maximum likelihood."""
