"""Frames: pandas, polars and Arrow tables in and out, thinly."""
