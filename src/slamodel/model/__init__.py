"""What the paper says: frozen nouns, one value at a time, no arrays."""
