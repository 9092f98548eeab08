"""The commands of the program `dateline`, one module per purpose; `program.py` lists them."""
