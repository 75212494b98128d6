"""Who is told what, when, over which channel."""
