"""How `chuwen` ends; the help and the READMEs tell the same."""

DONE = 0  # also where the articles do not answer, and where a signal ended the bot
FAULTY = 1  # `check` found a faulty file
USAGE = 2  # wrong arguments or settings
HELD = 2  # `reload` published nothing: an operator has to decide, or another job is under way
UNREADABLE = 3  # the corpus, the questions, the cache, a stream or an address cannot be found or used
REFUSED = 4  # Telegram does not know the token
UNREACHABLE = 5  # Telegram cannot be reached, or does not accept the webhook
NO_STORE = 6  # the database cannot be used
INTERRUPTED = 130  # by Ctrl-C
TERMINATED = 143  # by SIGTERM


class CannotRun(Exception):
    """A command cannot go on.

    Attributes:
        message: what a person reads.
        code: what the process ends with.
    """

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
