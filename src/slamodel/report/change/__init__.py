"""Change: what another version of an agreement says otherwise, and what it would have made of the past."""
