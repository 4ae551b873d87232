"""Attainment: verdicts of a period counted, and figures held to what is expected of them."""
