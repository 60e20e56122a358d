"""The only room that knows Spark: the stream into landing, and the audit that proves it."""
