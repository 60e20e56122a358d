"""Waypoints or a drawn line in, a `Route` out. One provider a file; see `port` and `registry`."""
