"""Products: versioned data that say what is lent, to whom and how."""
