"""Loans in the book: what happens to them, what they owe each day, and what that posts."""
