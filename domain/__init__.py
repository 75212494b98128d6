"""The business: tables, rules, commands and queries. No HTTP, no vendor SDK."""
