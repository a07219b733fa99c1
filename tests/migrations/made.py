"""What migrations have made in a database."""

OBJECTS = """
    SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S', 'i')
    UNION SELECT tgname FROM pg_trigger WHERE NOT tgisinternal
"""
"""Tables, sequences, indexes and triggers."""
