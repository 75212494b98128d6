"""`python -m api.cli` is `fieldbook`."""

from api.cli import main

main()
