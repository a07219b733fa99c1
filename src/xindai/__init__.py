"""xindai: a platform for lending, from the application to the last repayment."""
