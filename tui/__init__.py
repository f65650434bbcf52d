"""A terminal program for AWS's asynchronous inference: submit, watch, read what it wrote."""

__version__ = "0.1.0"
