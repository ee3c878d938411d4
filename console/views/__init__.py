"""The console's pages, one subject a file."""
