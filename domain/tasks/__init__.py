"""What somebody is to do, and the rules by which tasks come about."""
