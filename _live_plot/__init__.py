"""What `live_plot` is made of; use the names of that module."""
