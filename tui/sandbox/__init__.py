"""An embedded AWS on 127.0.0.1, for trying the program and for its tests."""
