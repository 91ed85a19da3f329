"""How `chuwen` ends; the help and the READMEs tell the same."""

DONE = 0  # also where the articles do not answer
FAULTY = 1  # `check` found a faulty file
USAGE = 2  # wrong arguments
UNREADABLE = 3  # the corpus, the questions, the cache or a stream cannot be found or used
INTERRUPTED = 130  # by Ctrl-C
TERMINATED = 143  # by SIGTERM
