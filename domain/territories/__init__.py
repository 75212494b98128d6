"""Areas, who works in them, and what part of the organisation a person therefore sees."""
