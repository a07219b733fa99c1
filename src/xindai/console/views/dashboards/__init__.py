"""The portfolio's dashboards, one module a page, and the lists to which their marks lead."""
