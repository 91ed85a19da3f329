"""The help of the command line and of the chat in the terminal, in English."""

HELP = {
    "": (
        "Chuwen: ask about a body of Chinese articles, get the exact sentence and its source.\n\n"
        "For instance: chuwen ask 宜昌消耗了多少磷石膏？\n"
        "              chuwen run --corpus my-articles/"
    ),
    "ask": "answer a question; without one, read them from standard input, one a line",
    "search": "list the paragraphs that fit best",
    "eval": "measure the answers on a set of questions",
    "explain": "tell why a question is answered so: how it is read, what is found, what adds up to which score and confidence",
    "plot": "draw how much is answered, how much of it is right, and what the confidence is worth, into this .svg file",
    "check": "tell what a reload would do, and which line of which file is wrong; nothing is changed",
    "reload": "publish the articles, also while the bot runs; tells what changed and what is wrong",
    "yes": "publish without asking, whatever holds it back",
    "run": "serve on Telegram where CHUWEN_TELEGRAM_TOKEN is set, else chat in the terminal",
    "backup": "back up the database to a file, while the bot runs, too",
    "restore": "restore a backup into an empty database",
    "file": "the backup file",
    "question": "the question; without it, one question a line is read from standard input",
    "corpus": "a file or folder of articles (.txt listing page, .md, .jsonl, .jsonl.gz, .json); "
    "by default CHUWEN_CORPUS, else the sample that comes with the program",
    "json": "print JSON; of several questions, one line each",
    "today": "the day that 最近 and 本月 count from; by default today in CHUWEN_TIMEZONE",
    "force": "answer below the threshold, too",
    "k": "how many paragraphs, 20 by default",
    "gold": "the questions, a JSON object a line: question, answers, articles or title",
    "path": "the file or folder to check",
    "version": "show the version",
    "usage": "usage: ",
    "commands": "commands",
    "options": "options",
    "arguments": "arguments",
    "help": "show this help",
    "epilog": (
        "Exit codes: 0 done (also where the articles do not answer); 1 check found a faulty file; 2 wrong arguments or settings, or reload was held back; "
        "3 the corpus, the questions, the cache, a backup, a picture or an address cannot be found or used; 4 Telegram refuses the token; "
        "5 Telegram cannot be reached, or does not accept the webhook; 6 the database cannot be used; 130 interrupted by Ctrl-C; 143 ended by SIGTERM.\n"
        "Environment: CHUWEN_CORPUS the corpus; CHUWEN_CACHE the cache folder; CHUWEN_LANGUAGE zh, zh-Hant or en; CHUWEN_TIMEZONE the time zone, by default Asia/Shanghai; CHUWEN_DATABASE the database;\nfor CHUWEN_TELEGRAM_TOKEN and what else the bot on Telegram needs, see docs/settings.md."
    ),
    "chat": (
        "Just type a question. The answer is a sentence of an article, the answering words in bold, its sources below.\n"
        "To limit it, say 只看宜昌、襄阳，… (places) or 最近一周发布的文章里，… (published in the last week).\n"
        "Go on from there: 那二期呢？ 它在哪里？\n"
        "  1, 2, 3 …  the section of that source, in full\n"
        "  help       this text\n"
        "  quit       leave (or Ctrl-D)"
    ),
}
