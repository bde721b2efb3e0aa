"""The instructor's part: building notebooks, running hand-ins, judging them, gradebook, feedback and reports."""
