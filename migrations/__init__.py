"""Alembic: expand, deploy, contract. Old code runs while they do, and phones may be weeks old."""
