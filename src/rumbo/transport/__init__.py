"""Kafka clients behind a small port, and their in-memory twin for tests."""
