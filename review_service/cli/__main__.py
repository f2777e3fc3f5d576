"""Runs the command as ``python -m review_service.cli``."""

from review_service.cli import main

main()
