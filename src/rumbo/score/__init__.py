"""The truth about a fleet, and the grade of any table that claims to know it."""
