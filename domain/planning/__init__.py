"""The call cycle, and what follows from plans: who is to be visited when, who is missed, who comes next."""
