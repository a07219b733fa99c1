"""Questions that customers ask of people, about a loan, an application or anything, and the answers that they get."""
