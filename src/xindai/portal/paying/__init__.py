"""Paying by oneself: what is due, or the whole loan; what came of a payment, and its receipt."""
