"""What time says: columns of events in, columns of verdicts out."""
