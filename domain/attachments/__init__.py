"""Photos, signatures and files: what they belong to, and how their contents arrive."""
