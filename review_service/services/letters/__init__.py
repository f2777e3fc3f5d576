"""Letters to the service: writing, confirming, answering."""
