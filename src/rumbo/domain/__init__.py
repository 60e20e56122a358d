"""Vehicles, routes, trips, plans and the world clock: rules only, no I/O and no framework."""
