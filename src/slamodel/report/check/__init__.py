"""Check: what agreements leave out, or say that cannot be meant."""
