"""Prompts: a template and its parser each."""
