"""Products, their categories and prices."""
