"""The composition root: the embedded stack, its processes and their supervision."""
