"""Applying for a loan: a list of tasks, one question a page, every answer kept at once, and where the application stands."""
