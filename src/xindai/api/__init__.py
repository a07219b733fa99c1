"""The REST interface, /api/v1: a thin layer over the same queries and verbs as the screens."""
