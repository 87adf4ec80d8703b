"""What may be done now, each answer with its reason."""
