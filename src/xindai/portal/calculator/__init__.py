"""The loan calculator: what up to three loans would cost, side by side, open to everybody; it keeps nothing."""
