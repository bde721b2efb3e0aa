"""The judge: exercises as data, the comparison of answers, and the diagnosis of what went wrong."""
