"""The demonstration bank: real applications, a calendar, borrowers who pay or do not, and two years of days."""
