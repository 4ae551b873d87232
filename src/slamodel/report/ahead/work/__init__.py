"""The order of work: which open item next, what each order costs, and what cannot be done in time by anybody."""
