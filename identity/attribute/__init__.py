"""Journeys become credit: models as a table of small functions over many journeys at once."""
