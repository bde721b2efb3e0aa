"""The instructor's command line, ``python -m grader``; ``--help`` lists its commands."""

import sys

if __name__ == "__main__":  # a worker process imports this module, and needs no commands
    if sys.argv[1:2] == ["autograde"]:
        from grader.instructor import ahead

        ahead.start()
    from grader.instructor.commands import main

    sys.exit(main())
