"""Front end 2, headless: one subcommand a file, for scripts, pipes and screen readers."""
