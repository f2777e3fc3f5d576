"""The demo's start page; nothing of it exists outside a demonstration."""
