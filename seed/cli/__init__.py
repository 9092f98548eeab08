"""The commands of `python -m seed`, a module for each purpose; `seed/__main__.py` lists them."""
