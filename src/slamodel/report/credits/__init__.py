"""Credits: what missed period targets cost, line by line, and what repeated misses lead to (M5)."""
