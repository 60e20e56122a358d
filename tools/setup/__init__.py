"""Set-up from nothing, step by step. `python -m tools.setup up|dev` does what is missing and nothing else."""
