"""The long form: nouns as plain data and as texts that read back to the same nouns."""
