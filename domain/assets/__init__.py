"""Installed equipment."""
