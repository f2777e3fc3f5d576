"""The hashes of every photo on disk, and the search for those within a radius."""
