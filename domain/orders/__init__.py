"""Quotes that reps write, and orders that they take."""
