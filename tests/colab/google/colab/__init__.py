"""A stand-in for the module that Colab's kernels have; see files and output."""
