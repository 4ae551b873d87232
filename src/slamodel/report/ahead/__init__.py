"""What happens next: chances of open items, forecasts, money at risk, other terms, and the order of work."""
