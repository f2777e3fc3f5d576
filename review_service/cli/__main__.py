"""Lets ``python -m review_service.cli`` be the command."""

from review_service.cli import main

main()
