"""What runs around the app: its own PostgreSQL, the web, live and worker processes, and their supervisor."""
