"""Rumbo drives a fleet that does not exist through a streaming lakehouse that does."""
