"""Agreements: service contracts with customers."""
