"""Plans of who is to own which accounts: proposed, looked at, then published or discarded."""
