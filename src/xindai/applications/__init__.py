"""Applications: from the first wish to the decision, with the service clock of the tier."""
