"""Orders that reps take."""
