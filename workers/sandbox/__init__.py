"""The sandbox: a clean process that forks one throw-away child per document, under kernel limits.

``client`` is what the worker uses; ``server`` runs in the fork server's own process; ``fences``
builds the walls; ``canary`` proves that they hold.
"""
