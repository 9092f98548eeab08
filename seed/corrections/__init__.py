"""Corrections: decisions of people about entities, which every load and every publish applies."""
