"""The only writer: file -> reader -> extractor -> loader -> publish."""
