"""Evaluation: what a person asks of predictions, in one pass, exact and mergeable."""
