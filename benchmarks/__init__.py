"""What is measured: our plots and checks beside the usual ways, in one run on one machine, as ratios."""
