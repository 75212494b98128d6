"""Visits of reps to accounts."""
