"""The figures of the portfolio, one module per idea: what a figure means, how it is summed, and the rows behind each mark."""
