"""The worker: takes plans, drives them in step with the world clock, sends what the devices report."""
