"""Money in and out through channels: mandates, debit orders, receipts.  What is owed is not known here."""
