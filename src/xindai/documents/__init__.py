"""Files that applicants hand in: checked by what they are, kept sealed under their hash, read by their owner and staff alone."""
