"""Impairment: class and provision of loans, and the decision that a claim is lost."""
