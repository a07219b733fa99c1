"""Asking a person: questions to the branch, and their answers."""
