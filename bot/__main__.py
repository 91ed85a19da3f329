"""Run the command `chuwen` as `python -m bot`."""

from bot.cli.parser import main

if __name__ == "__main__":
    main()
