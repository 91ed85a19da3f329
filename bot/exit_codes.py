"""The exit codes of `chuwen`, which the help and docs/command-line.md list too."""

DONE = 0  # also if the articles hold no answer, and if a signal ended the bot
FAULTY = 1  # `check` found a faulty file
USAGE = 2  # wrong arguments or settings
HELD = 2  # `reload` published nothing: an operator has to decide, or another job is running
UNREADABLE = 3  # the corpus, the questions, the cache, a stream or an address cannot be found or used
REFUSED = 4  # Telegram rejects the token
UNREACHABLE = 5  # Telegram cannot be reached, or does not accept the webhook
NO_STORE = 6  # the database cannot be used
INTERRUPTED = 130  # by Ctrl-C
TERMINATED = 143  # by SIGTERM


class CannotRun(Exception):
    """A command has to end.

    Attributes:
        message: in the user's language, for standard error.
        code: the exit code.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
