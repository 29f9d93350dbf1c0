"""The vocabulary that the stages share: no I/O, no engine, nothing else of this package."""
