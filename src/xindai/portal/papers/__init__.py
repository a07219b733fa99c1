"""Papers that borrowers take away: a statement for each month, and the schedule."""
