"""The instructor's command line, ``python -m grader``; ``--help`` lists its commands."""

import contextlib
import gc
import sys

if __name__ == "__main__":  # a worker process imports this module, and needs no commands
    if sys.argv[1:2] == ["autograde"]:
        from grader.instructor import ahead

        with contextlib.suppress(OSError):  # it is tried again, and said, when there is work
            ahead.start()
    gc.disable()  # what is loaded now is no garbage
    from grader.instructor.commands import main

    gc.freeze()
    gc.enable()

    sys.exit(main())
