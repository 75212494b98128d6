"""Figures for reps and managers."""
