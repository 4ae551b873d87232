"""What it comes to: verdicts counted, compared, and weighed."""
