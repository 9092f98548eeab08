"""The only writer: file -> reader -> extractor -> pipeline -> publish."""
