"""The command line. Each file holds the commands of one noun; all work on the store, beside a running server."""
