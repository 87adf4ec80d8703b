"""A life-like service to try things in: people, organisations and journeys, made only through the services."""
