"""The verbs of the fleet: vehicles and trips, kept in a database and sent on through an outbox."""
