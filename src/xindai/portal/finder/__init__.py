"""Without signing in: which loans fit a wish, and what would stand against it.  Nothing that is said here is kept."""
