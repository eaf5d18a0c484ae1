"""The playground: data with a known truth, moved by sliders and fitted at once."""
