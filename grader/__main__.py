"""The instructor's command line: ``python -m grader autograde | answers | feedback | report | export``."""

import sys

if __name__ == "__main__":  # a worker process imports this module, and needs no commands
    from grader.instructor.commands import main

    sys.exit(main())
