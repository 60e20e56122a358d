"""The REST interface, the live socket and the web app's files."""
