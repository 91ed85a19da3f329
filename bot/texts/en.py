"""What the program says in English."""

from __future__ import annotations

from bot.texts import en_explained
from bot.texts.model import Texts
from corpus.errors import FaultCode
from retrieval.model import NoteCode, Reason
from retrieval.progress import Stage
from retrieval.status import Status

ENGLISH = Texts(
    published="published {date}",
    published_since="published since {first}",
    published_until="published until {last}",
    published_between="published {first} to {last}",
    date_unknown="date unknown",
    event="event {time}",
    event_inferred="event {time} (inferred)",
    event_unknown="year not stated",
    times={
        "year": "{year}",
        "month": "{year}-{month:02}",
        "day": "{year}-{month:02}-{day:02}",
        "BC": "{year} BC",
        "from": "{first} to {last}",
        "since": "since {first}",
    },
    statuses={Status.VIEW: "assessment", Status.PLANNED: "planned", Status.ONGOING: "under way"},
    old_news="old news",
    untitled="(untitled)",
    original="original: {place}",
    no_answer={
        Reason.EMPTY_QUESTION: "What would you like to know? The articles are in Chinese, for instance: 宝钢黄石新港二期什么时候开工？",
        Reason.EMPTY_CORPUS: "There are no articles yet, so nothing can be answered.",
        Reason.NOTHING_FOUND: "Sorry, the articles say nothing about this. They are in Chinese: please ask in Chinese.",
        Reason.MISSING: "Sorry, the articles do not say: what comes nearest does not mention {missing}.",
        Reason.ONLY_PLANNED: "The articles do not say that this has been done; they tell of a plan, or of work under way.",
        Reason.UNSURE: "Sorry, nothing in the articles answers this with enough certainty.",
        Reason.NOT_IN_ARTICLES: "Sorry, this is about the present moment, which no article can know.",
    },
    quoted="“{word}”",
    separator=", ",
    unanswered="(no answer found: {part})",
    nearest="Nearest passages (not an answer):",
    understood="Understood as: {question}",
    notes={
        NoteCode.DISAGREE: "The articles disagree; by time of the event, the latest first.",
        NoteCode.HEARD_AS: "“{typed}” stands in no article; “{meant}”, which sounds the same, was searched for.",
        NoteCode.LIMITED: "Limited to: {everything}",
        NoteCode.ELSEWHERE: "Nothing was found in the articles about {facts}; this is from articles about other places.",
        NoteCode.OTHER_DATES: "Nothing was found in the articles {published}; this was published at other times.",
    },
    welcome="Chuwen is ready: {articles} articles, {paragraphs} paragraphs. Ask away.",
    prompt="ask> ",
    asked="Q: {question}",
    waiting="Type a question a line; Ctrl-D ends.",
    hint="Type a source's number to read the original, “help” for help, “quit” or Ctrl-D to leave.",
    goodbye="Goodbye.",
    no_such_source="There is no source {number}; the last answer has {sources}.",
    bot_start="Hello, I am Chuwen. Ask me in one sentence, best in Chinese: I look for the exact sentence in {articles} articles, with the answer in bold and its source. Where the articles do not say, I say so.",
    bot_help=(
        "How to ask:\n"
        "• Here, just type a question. The articles are in Chinese, for instance: 宝钢黄石新港二期什么时候开工？\n"
        "• In a group, use /ask and the question, mention me, or reply to me.\n"
        "• Limit the search by place or by date of publication: 只看宜昌、襄阳，… or 最近一周发布的文章里，…\n"
        "• Go on from there: 那二期呢？ 它在哪里？ After a while, reply to the answer that you go on from.\n"
        "• Edit your message, and the answer changes with it.\n\n"
        "The buttons below an answer: “Original” shows the section it is from, “More” other passages, and 👍 👎 tell me whether it was right.\n\n"
        "In a source, “event” is when that happened, “inferred” that an earlier sentence names the year, “old news” that it was published two years later or more."
    ),
    bot_joined="Hello, I am Chuwen. In this group, ask me with /ask and the question, by a mention, or in reply to me.",
    ask_how="Please write the question after /ask, for instance: /ask 宝钢黄石新港二期什么时候开工？",
    only_text="Sorry, I can only read text. Please ask in one sentence, for instance: 宜昌消耗了多少磷石膏？",
    no_such_command="There is no such command. Just ask, or send /help.",
    late="(Sorry, this reply comes late.)",
    wait="Please wait: many of your questions are still in the queue, so the last ones were not taken. Please send them again when the others are answered.",
    failed="Sorry, this message could not be handled; it was noted down. Please try other words.",
    small_talk={
        "greeting": "Hello! Just ask: I look for the exact sentence and its source.",
        "thanks": "You are welcome. Ask me anytime.",
        "parting": "Goodbye. Ask me anytime.",
    },
    see_above="(The answer has changed, see above.)",
    button_original="📄 Original",
    button_original_number="📄 Original {number}",
    button_more="More",
    button_good="👍",
    button_bad="👎",
    button_back="‹ Back",
    button_on="Next ›",
    button_gone="This button no longer works. Please ask again.",
    page="page {page} of {pages}",
    article_gone="This article is no longer there. The sentence as it was quoted:",
    article_changed="This article has changed since, and no longer has the sentence. As it was quoted, and below it the text of today:",
    more="Further passages (not necessarily an answer):",
    no_more="There are no further passages.",
    thanks="Thank you!",
    what_is_wrong="Thank you. What is wrong? Please choose below.",
    wrong={"answer": "Not the answer", "source": "Wrong source", "outdated": "Out of date"},
    button_never_mind="‹ Never mind",
    description="Chuwen answers questions about a body of Chinese articles with the exact sentence and its source; where the articles do not say, it says so.\n\nJust ask, best in Chinese.",
    about="Answers about Chinese articles: the exact sentence, its source, nothing invented.",
    commands={"ask": "Ask, for instance: /ask 宜昌消耗了多少磷石膏", "help": "How it works", "start": "Say hello"},
    alarms={
        "token-refused": "⚠️ Telegram refused the bot's token ({detail}), and nothing could be received or sent. Check CHUWEN_TELEGRAM_TOKEN, and ask @BotFather for a new one if need be.",
        "conflict": "⚠️ Another program takes updates with the same token, or a webhook is still set ({detail}). Stop one of them.",
        "dead-letter": "⚠️ A reply could not be delivered ({detail}). It is kept in the store; see the log.",
        "set-aside": "⚠️ An update failed three times and was set aside ({detail}). The log has the details.",
        "disk-low": "⚠️ The disk is nearly full: {detail}. Make room soon, or no new questions can be taken.",
    },
    bot_ready="@{name} is ready: {articles} articles, updates by {way}",
    by_polling="polling",
    bot_ended="Stopped; what is not done will be done after the next start.",
    bad_settings={
        "CHUWEN_TIMEZONE": "CHUWEN_TIMEZONE: there is no time zone “{found}”; name one like Asia/Shanghai",
        "CHUWEN_TELEGRAM_TOKEN": "CHUWEN_TELEGRAM_TOKEN: not a token; @BotFather gives “digits:letters and digits”. Copy it again",
        "CHUWEN_TELEGRAM_API": "CHUWEN_TELEGRAM_API: expected http://host:port, got “{found}”; correct it",
        "CHUWEN_OPERATORS": "CHUWEN_OPERATORS: expected Telegram user ids, comma-separated, got “{found}”; correct it",
        "CHUWEN_PROXY": "CHUWEN_PROXY: expected http://host:port or socks5://host:port; correct it",
        "CHUWEN_WEBHOOK_URL": "CHUWEN_WEBHOOK_URL: expected an https:// address, got “{found}”; correct it",
        "CHUWEN_WEBHOOK_SECRET": "CHUWEN_WEBHOOK_SECRET: a webhook needs one, of 1 to 256 letters, digits, _ or -; set a random value",
        "CHUWEN_LISTEN": "CHUWEN_LISTEN: expected host:port, got “{found}”; correct it",
    },
    not_admitted="Telegram does not know this token; check CHUWEN_TELEGRAM_TOKEN, or ask @BotFather for a new one",
    telegram_unreachable="{place}: Telegram cannot be reached ({reason}); check the network, and where it is blocked set a proxy in CHUWEN_PROXY",
    unreachable_by_proxy="{place}: Telegram cannot be reached through the proxy ({reason}); check CHUWEN_PROXY and the network",
    webhook_refused="{place}: Telegram does not accept this webhook ({reason}); check CHUWEN_WEBHOOK_URL",
    cannot_listen="{place}: cannot listen there ({reason}); name another address or port in CHUWEN_LISTEN",
    no_store="{place}: the database cannot be used ({reason}); check CHUWEN_DATABASE",
    newer_store="{place}: the database was written by a newer program, and was left as it is; update chuwen, or name another in CHUWEN_DATABASE",
    backed_up="Backed up {rows} rows to {path}.",
    restored="Restored {rows} rows to {place}.",
    no_backup="{path}: the backup cannot be written ({reason}); choose another place",
    bad_backup="{path}: not a usable backup ({reason}); choose another, the database was left as it is",
    full_store="{place}: the database is not empty, and was left as it is; name an empty one in CHUWEN_DATABASE",
    stages={Stage.READING: "Reading files", Stage.INDEXING: "Building the index"},
    faults={
        FaultCode.UNREADABLE: "cannot be read ({found}); check that the file is still there and may be read",
        FaultCode.OUTSIDE: "links out of the corpus folder ({found}); copy the file into it",
        FaultCode.EMPTY_FILE: "the file is empty; fill it or delete it",
        FaultCode.BINARY_FILE: "not a text file; save it as UTF-8 text",
        FaultCode.UNKNOWN_ENCODING: "unknown text encoding ({found}); save it as UTF-8",
        FaultCode.UNKNOWN_FORMAT: "the format “{found}” is not supported; use a listing page .txt, Markdown .md, .jsonl or .json",
        FaultCode.BROKEN_GZIP: "the compressed file is damaged ({found}); what could be read is kept, compress it again",
        FaultCode.LINE_TOO_LONG: "this line is longer than {found} bytes and was skipped; split it into articles",
        FaultCode.BAD_JSON: "not valid JSON ({found}); check quotes, commas and brackets",
        FaultCode.NOT_AN_OBJECT: 'expected a JSON object, got {found}; write {{"id": …, "title": …}}',
        FaultCode.BAD_FIELD: "the field {found} must be {other}; correct it",
        FaultCode.MISSING_FIELD: "the field {found} is missing; add it",
        FaultCode.BAD_DATE: "the date must be YYYY-MM-DD or empty, got “{found}”; correct it",
        FaultCode.BAD_FRONT_MATTER: "the YAML front matter is broken ({found}); check colons, quotes and indentation",
        FaultCode.UNCLOSED_FRONT_MATTER: "the front matter has no end; add a line --- below its last field",
        FaultCode.EMPTY_BODY: "a title without a text; add the text or delete the article",
        FaultCode.DUPLICATE_ID: "the id {found} belongs to {other}, so this article was left out; choose another id",
        FaultCode.DUPLICATE_ARTICLE: "the same article as {other}, which is kept; this one can be deleted",
    },
    fault_line="{place}: {what}.",
    check_clean="All is well: {articles} articles, {paragraphs} paragraphs.",
    check_faulty="{articles} articles, {paragraphs} paragraphs can be used; faults: {faults}, notices: {notices}, see above.",
    check_empty="No articles found; check the path: files are listing pages .txt, Markdown .md, or .jsonl.",
    skipped="Note: faults in the corpus: {faults}; faulty articles were left out. Run chuwen check to see them.",
    nothing_found="No passage found.",
    figures={
        "questions": "questions",
        "answerable": "with an answer",
        "unanswerable": "without an answer",
        "recall_at_1": "Recall@1",
        "recall_at_5": "Recall@5",
        "recall_at_20": "Recall@20",
        "mrr_at_10": "MRR@10",
        "judged": "questions whose sentence is judged",
        "first_hit": "first citation right (as shown)",
        "any_hit": "all that is asked within three (as shown)",
        "first_hit_forced": "first citation right (forced)",
        "any_hit_forced": "all that is asked within three (forced)",
        "span_f1": "span F1",
        "auroc": "AUROC of the confidence",
        "answered_rate": "answered rate",
        "false_answers": "false answers (there is none)",
        "wrong_answers": "wrong answers (there is another)",
        "quotes_per_answer": "quotes an answer",
        "characters_per_answer": "characters an answer",
    },
    picture=en_explained.PICTURE,
    explanation=en_explained.EXPLANATION,
    kinds=en_explained.KINDS,
    roles=en_explained.ROLES,
    verdicts=en_explained.VERDICTS,
    features=en_explained.FEATURES,
    evidence=en_explained.EVIDENCE,
    no_corpus="{path}: no corpus there ({reason}); check the path in --corpus or CHUWEN_CORPUS",
    bad_questions="{place}: the questions cannot be read ({reason}); each line is a JSON object with question and answers",
    no_cache="{path}: the cache folder cannot be written ({reason}); name another in CHUWEN_CACHE",
    no_picture="{path}: the picture cannot be written ({reason}); choose another place",
    usage_reasons={},  # argparse speaks English
    usage="{reason}; see {command} --help",
    no_stream="standard input or output cannot be used ({reason})",
    no_date="expected a date like 2025-07-19, got “{found}”",
    no_ending="expected the name of a file that ends in .svg, got “{found}”",
    no_count="expected a whole number from 1, got “{found}”",
    interrupted="Interrupted.",
    help={
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
        "check": "check a corpus and say what is wrong, by file and line",
        "run": "serve on Telegram where CHUWEN_TELEGRAM_TOKEN is set, else chat in the terminal",
        "backup": "back up the database to a file, while the bot runs, too",
        "restore": "restore a backup into an empty database",
        "file": "the backup file",
        "question": "the question; without it, one question a line is read from standard input",
        "corpus": "a file or folder of articles (.txt listing page, .md, .jsonl, .jsonl.gz, .json); "
        "by default CHUWEN_CORPUS, else the sample that comes with the program",
        "json": "print JSON, one line a question",
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
            "Exit codes: 0 done (also where the articles do not answer); 1 check found a faulty file; 2 wrong arguments or settings; "
            "3 the corpus, the questions, the cache, a backup, a picture or an address cannot be found or used; 4 Telegram refuses the token; "
            "5 Telegram cannot be reached, or does not accept the webhook; 6 the database cannot be used; 130 interrupted by Ctrl-C; 143 ended by SIGTERM.\n"
            "Environment: CHUWEN_CORPUS the corpus; CHUWEN_CACHE the cache folder; CHUWEN_LANGUAGE zh, zh-Hant or en; CHUWEN_TIMEZONE the time zone, by default Asia/Shanghai; CHUWEN_DATABASE the database;\nfor CHUWEN_TELEGRAM_TOKEN and what else the bot on Telegram needs, see README.md."
        ),
        "chat": (
            "Just type a question. The answer is a sentence of an article, the answering words in bold, its sources below.\n"
            "To limit it, say 只看宜昌、襄阳，… (places) or 最近一周发布的文章里，… (published in the last week).\n"
            "Go on from there: 那二期呢？ 它在哪里？\n"
            "  1, 2, 3 …  the section of that source, in full\n"
            "  help       this text\n"
            "  quit       leave (or Ctrl-D)"
        ),
    },
)
