"""Paper and records in and out: agreement files, logs of events, verdicts."""
