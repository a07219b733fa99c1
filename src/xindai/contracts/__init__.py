"""Contracts: terms frozen from the decision, clauses, conditions precedent, signing."""
