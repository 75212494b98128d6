"""Organisations, users, their skills and devices."""
