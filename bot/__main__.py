"""`python -m bot` is the command `chuwen`."""

from bot.cli.parser import main

if __name__ == "__main__":
    main()
