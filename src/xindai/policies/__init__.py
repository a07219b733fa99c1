"""Policy packs: the lender's rules and the law's figures as dated data, each with its unit and reference."""
