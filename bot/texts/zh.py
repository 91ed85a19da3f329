"""What the program says in Chinese."""

from __future__ import annotations

from bot.texts.model import Texts
from corpus.errors import FaultCode
from retrieval.model import Reason
from retrieval.progress import Stage

CHINESE = Texts(
    published="{date} 发布",
    date_unknown="日期不详",
    untitled="（无标题）",
    original="原文：{place}",
    no_answer={
        Reason.EMPTY_QUESTION: "请告诉我您想问什么，例如：宝钢黄石新港二期什么时候开工？",
        Reason.EMPTY_CORPUS: "目前还没有任何文章，暂时无法回答。",
        Reason.NOTHING_FOUND: "抱歉，文章里没有提到这件事。",
        Reason.MISSING: "抱歉，文章里没有找到答案：最接近的内容没有写{missing}。",
        Reason.UNSURE: "抱歉，文章里没有找到足够确定的答案。",
        Reason.NOT_IN_ARTICLES: "抱歉，这是眼下才能知道的事，文章里查不到。",
    },
    quoted="“{word}”",
    separator="、",
    unanswered="（没有找到答案：{part}）",
    nearest="最接近的原文（不是答案）：",
    welcome="楚问已就绪：{articles} 篇文章，{paragraphs} 段。请直接提问。",
    prompt="问> ",
    asked="问：{question}",
    waiting="请输入问题，每行一个，按 Ctrl-D 结束。",
    hint="输入来源编号看原文，输入“帮助”看说明，输入“退出”或按 Ctrl-D 结束。",
    goodbye="再见。",
    no_such_source="没有编号为 {number} 的来源，上一条回答共有 {sources} 个来源。",
    no_telegram="此版本还不能连接 Telegram，先在终端里对话。",
    stages={Stage.READING: "读取文件", Stage.INDEXING: "建立索引"},
    faults={
        FaultCode.UNREADABLE: "无法读取（{found}）。请检查文件是否还在、是否有读取权限",
        FaultCode.OUTSIDE: "链接指向语料文件夹之外（{found}）。请把文件复制进来",
        FaultCode.EMPTY_FILE: "文件是空的。请补上内容，或删除文件",
        FaultCode.BINARY_FILE: "不是文本文件。请另存为 UTF-8 文本",
        FaultCode.UNKNOWN_ENCODING: "无法识别文字编码（{found}）。请另存为 UTF-8",
        FaultCode.UNKNOWN_FORMAT: "不支持的格式“{found}”。请用列表页 .txt、Markdown .md、.jsonl 或 .json",
        FaultCode.BROKEN_GZIP: "压缩文件已损坏（{found}），能读出的文章已保留。请重新压缩",
        FaultCode.LINE_TOO_LONG: "这一行超过 {found} 字节，已跳过。请把它拆成多篇文章",
        FaultCode.BAD_JSON: "JSON 有误（{found}）。请检查引号、逗号和括号",
        FaultCode.NOT_AN_OBJECT: '应为 JSON 对象，实际是 {found}。请写成 {{"id": …, "title": …}}',
        FaultCode.BAD_FIELD: "字段 {found} 的类型不对，应为 {other}。请改正",
        FaultCode.MISSING_FIELD: "缺少字段 {found}。请补上",
        FaultCode.BAD_DATE: "日期“{found}”无法识别。请写成 2025-07-19 的样子，或留空",
        FaultCode.BAD_FRONT_MATTER: "文件头的 YAML 有误（{found}）。请检查冒号、引号和缩进",
        FaultCode.UNCLOSED_FRONT_MATTER: "文件头没有结束。请在最后一个字段下面加一行 ---",
        FaultCode.EMPTY_BODY: "只有标题，没有正文。请补上正文，或删除这一篇",
        FaultCode.DUPLICATE_ID: "编号 {found} 已被 {other} 使用，这一篇没有收入。请换一个编号",
        FaultCode.DUPLICATE_ARTICLE: "与 {other} 是同一篇，只保留前者。可以删除这一篇",
    },
    fault_line="{place}: {what}。",
    check_clean="没有问题：{articles} 篇文章，{paragraphs} 段。",
    check_faulty="可用 {articles} 篇文章，{paragraphs} 段；有 {faults} 处问题、{notices} 处提示，见上。",
    check_empty="没有找到文章。请检查路径，文件应是列表页 .txt、Markdown .md、.jsonl 或 .json。",
    skipped="注意：语料有 {faults} 处问题，有问题的文章没有收入。详情请运行 chuwen check。",
    nothing_found="没有找到相关段落。",
    figures={
        "questions": "问题数",
        "answerable": "其中有答案",
        "unanswerable": "其中无答案",
        "recall_at_1": "Recall@1",
        "recall_at_5": "Recall@5",
        "recall_at_20": "Recall@20",
        "mrr_at_10": "MRR@10",
        "judged": "评判答案句的问题数",
        "first_hit": "首条引用正确（按阈值）",
        "any_hit": "三条之内答全（按阈值）",
        "first_hit_forced": "首条引用正确（强制回答）",
        "any_hit_forced": "三条之内答全（强制回答）",
        "span_f1": "答案词 F1",
        "auroc": "置信度 AUROC",
        "answered_rate": "回答率",
        "false_answers": "误答（本无答案）",
        "wrong_answers": "错答（另有答案）",
        "quotes_per_answer": "每次回答的引文数",
        "characters_per_answer": "每次回答的字数",
    },
    no_corpus="{path}: 找不到语料（{reason}）。请检查 --corpus 或 CHUWEN_CORPUS 的路径",
    bad_questions="{place}: 问题集有误（{reason}）。每行应为一个 JSON 对象，含 question 和 answers",
    no_cache="{path}: 无法写入缓存文件夹（{reason}）。请用 CHUWEN_CACHE 指定可写的文件夹",
    usage_reasons={
        r"the following arguments are required: (.*)": r"缺少 \1",
        r"unrecognized arguments: (.*)": r"不认识 \1",
        r"argument COMMAND: invalid choice: (.*?) \(choose from (.*)\)": r"没有命令 \1，可用的是 \2",
        r"argument (\S+): expected one argument": r"\1 后面缺少值",
        r"argument (\S+): (.*)": r"\1 \2",
    },
    usage="参数有误：{reason}。用法见 {command} --help",
    no_stream="无法读取标准输入或写入标准输出（{reason}）",
    no_count="应为 1 或更大的整数，实际是“{found}”",
    interrupted="已中断。",
    help={
        "": (
            "楚问：就一批中文文章提问，得到原句和出处。\n\n"
            "例：chuwen ask 宜昌消耗了多少磷石膏？\n"
            "    chuwen run --corpus 我的文章/"
        ),
        "ask": "回答一个问题；不给问题时，从标准输入逐行读取",
        "search": "列出最相关的段落",
        "eval": "用一份问题集衡量回答质量",
        "check": "检查语料，指出哪个文件第几行有什么问题",
        "run": "在终端里对话",
        "question": "问题；省略时从标准输入读取，每行一个",
        "corpus": "文章文件或文件夹（.txt 列表页、.md、.jsonl、.jsonl.gz、.json）；默认取 CHUWEN_CORPUS，再默认用自带示例",
        "json": "输出 JSON，每个问题一行",
        "force": "低于阈值也给出回答",
        "k": "段落数，默认 20",
        "gold": "问题集，每行一个 JSON 对象：question、answers、articles 或 title",
        "path": "要检查的文件或文件夹",
        "version": "显示版本",
        "usage": "用法：",
        "commands": "命令",
        "options": "选项",
        "arguments": "参数",
        "help": "显示帮助",
        "epilog": (
            "退出码：0 正常（答不出也算正常）；1 check 发现有问题的文件；2 参数有误；3 找不到或读不了语料、问题集或缓存；"
            "130 按 Ctrl-C 中断；143 被 SIGTERM 结束。\n环境变量：CHUWEN_CORPUS 语料；CHUWEN_CACHE 缓存文件夹；CHUWEN_LANGUAGE 界面语言（zh、zh-Hant 或 en）。"
        ),
        "chat": (
            "直接输入问题。回答是文章里的原句，答案加粗，下面是来源。\n"
            "  1、2、3…  看该来源所在的一节原文\n"
            "  帮助      看这段说明\n"
            "  退出      结束（也可按 Ctrl-D）"
        ),
    },
)
