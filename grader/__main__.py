"""The instructor's command line: ``python -m grader autograde | answers | feedback | report | export``."""

import sys

from grader.instructor.commands import main

if __name__ == "__main__":
    sys.exit(main())
