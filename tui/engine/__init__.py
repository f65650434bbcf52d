"""What the program does, with no screen: submit, poll, fetch."""
