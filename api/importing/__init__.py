"""Bringing in what a company has in files."""
