"""What kind of customer somebody is, with reasons: rating, industry, risk level, size, tier."""
