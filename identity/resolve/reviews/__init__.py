"""Reviews: the questions that the rules leave to a person, one item a matter, never one a pair."""
