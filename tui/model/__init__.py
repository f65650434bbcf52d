"""What things are: pure data and rules. No Textual, no botocore, no I/O."""
