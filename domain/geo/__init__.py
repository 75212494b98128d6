"""Positions, addresses and distances."""
