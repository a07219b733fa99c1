"""Staff screens: pages over the queries and verbs of the floors below; nothing is computed or stored here."""
