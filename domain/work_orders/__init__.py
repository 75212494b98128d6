"""Work orders and their appointments: what is to be repaired, who goes when, and what came of it."""
