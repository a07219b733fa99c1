"""Making the environment on a machine that has only Python: standard library alone, run before anything is installed."""
