"""The embedded PostgreSQL: started by the command that needs it, stopped by the last one that used it."""
