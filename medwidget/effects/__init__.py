"""What the parameters mean: an effect is an expression over named parameters."""
