"""The instructor's part: building notebooks, running hand-ins, judging them, gradebook, feedback and reports."""

import sys

# jsonschema, which nbformat brings in, takes this package where it is installed, to check addresses that no
# notebook has; its grammar is built at import, which takes 1.5 s in every process.
sys.modules.setdefault("rfc3987_syntax", None)
