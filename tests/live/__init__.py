"""Tests with a real model behind a real server; `make live` runs them."""
