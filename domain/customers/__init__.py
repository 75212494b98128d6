"""Accounts, their sites and contacts: one record per customer."""
