"""The pages of letters to the service."""
