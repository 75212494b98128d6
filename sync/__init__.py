"""The offline-sync engine. It names no business noun: it is handed the registry."""
