"""Availability: outages laid on agreed service time, by window, with all that is drawn from them."""
