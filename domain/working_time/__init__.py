"""When people work: their weekly shifts, their absences, and public holidays."""
