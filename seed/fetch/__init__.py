"""From an address to the bytes that lie there: politely, within bounds, and never into a private network."""
