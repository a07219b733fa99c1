"""Persons and companies, what is known of them since when, and what they consented to."""
