"""Scenarios: a file that says who drives where and when, and what follows from it: vehicles and trip orders."""
