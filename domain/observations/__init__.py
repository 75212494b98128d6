"""What people see at customers': competitors, and how the own products stand on the shelf."""
