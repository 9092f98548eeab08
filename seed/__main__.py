"""`python -m seed …`: the same program as `dateline`, without an installation."""

from seed.cli.program import app

if __name__ == "__main__":
    app()
