"""Mutated files through one supervised worker, and imports killed at random moments: ``python -m tests.fuzz``."""
