"""Work that nobody waits for: the end of day, the mandate run, the delivery of events."""
