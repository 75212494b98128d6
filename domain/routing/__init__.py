"""Who goes where, when and in which order."""
