"""`python -m seed …`: the program `dateline` from a checkout."""

from seed.cli.program import app

if __name__ == "__main__":
    app()
