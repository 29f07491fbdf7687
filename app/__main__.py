"""`python -m app` is `goiso`."""

from app.cli import main

main()
