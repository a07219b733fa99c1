"""What the lender knows of the reader, and what they may do with it: profile, class, consents, their data as a file."""
