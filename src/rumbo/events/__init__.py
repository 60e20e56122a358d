"""What crosses a process border: event types, plans, the clock, topics, and their exported contracts."""
