"""Call plans: how often which accounts are to be visited, by whom, when and how long."""
