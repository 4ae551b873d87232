"""Numbers on a line: instants, durations, spans and coverage. Knows no word of service levels."""
