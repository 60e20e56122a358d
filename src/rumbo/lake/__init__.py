"""The lake: where its tables are, what they hold, and how to read them without Spark."""
