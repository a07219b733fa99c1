"""The bank of the outsiders, seen by those who would break into it."""

from tests.outsiders.conftest import bank

__all__ = ["bank"]
