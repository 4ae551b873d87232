"""Improvement: what was missed and why, what is done about it, and whether it helped."""
