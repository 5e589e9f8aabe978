"""Lessons in a chat model's words, beside those made by rule, of failures that are played."""
