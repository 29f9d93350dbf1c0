"""Erasing a person: who it is, what goes, what stays, what is left to keep the person out (R31)."""
