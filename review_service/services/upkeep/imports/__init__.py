"""What the imports of registers are made of: records, kinds of file, and the report."""
