"""The commands of `python -m seed`, one module per purpose; `seed/__main__.py` registers them."""
