"""Benchmarks: whole processes, medians, memory, machine and commit beside every figure."""
