"""Commands that print our figures beside their peers'. Not part of the program."""
