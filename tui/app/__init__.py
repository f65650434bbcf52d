"""Front end 1, the screen. Widgets show state and post messages; they never call AWS."""
