"""Appeals against decisions: lodging and deciding."""
