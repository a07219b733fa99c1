"""Offers: class x product x policy gives price, limit, documents and promised time."""
