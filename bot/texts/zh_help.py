"""The help of the command line and of the chat in the terminal, in Chinese."""

HELP = {
    "": (
        "楚问：就一批中文文章提问，得到原句和出处。\n\n"
        "例：chuwen ask 宜昌消耗了多少磷石膏？\n"
        "    chuwen run --corpus 我的文章/"
    ),
    "ask": "回答一个问题；不给问题时，从标准输入逐行读取",
    "search": "列出最相关的段落",
    "eval": "用一份问题集衡量回答质量",
    "explain": "说明为什么这样回答：问题怎么理解、找到什么、怎么打分、置信度从何而来",
    "plot": "把回答率、正确率和置信度画成图，写入这个 .svg 文件",
    "check": "检查语料：更新会带来什么，哪个文件第几行有什么问题；不作改动",
    "reload": "发布语料里的文章，机器人运行时也可以；指出变化和问题",
    "yes": "不询问，有什么阻拦都发布",
    "run": "在 Telegram 上服务（设了 CHUWEN_TELEGRAM_TOKEN 时），否则在终端里对话",
    "backup": "备份数据库到一个文件，机器人运行时也可以",
    "restore": "把备份恢复到空的数据库",
    "file": "备份文件",
    "question": "问题；省略时从标准输入读取，每行一个",
    "corpus": "文章文件或文件夹（.txt 列表页、.md、.jsonl、.jsonl.gz、.json）；默认取 CHUWEN_CORPUS，再默认用自带示例",
    "json": "输出 JSON；有几个问题时，每个一行",
    "today": "“最近”“本月”从哪一天算起；默认为 CHUWEN_TIMEZONE 时区的今天",
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
        "退出码：0 正常（答不出也算正常）；1 check 发现有问题的文件；2 参数或设置有误，或 reload 没有发布；3 语料、问题集、缓存、备份、图片或监听地址找不到或用不了；4 Telegram 不认令牌；5 连不上 Telegram，或它不接受 webhook；6 数据库不可用；"
        "130 按 Ctrl-C 中断；143 被 SIGTERM 结束。\n环境变量：CHUWEN_CORPUS 语料；CHUWEN_CACHE 缓存文件夹；CHUWEN_LANGUAGE 界面语言（zh、zh-Hant 或 en）；CHUWEN_TIMEZONE 时区，默认 Asia/Shanghai；CHUWEN_DATABASE 数据库；\nTelegram 用的 CHUWEN_TELEGRAM_TOKEN 等见 docs/settings.zh-CN.md。"
    ),
    "chat": (
        "直接输入问题。回答是文章里的原句，答案加粗，下面是来源。\n"
        "要限定范围，请说“只看宜昌、襄阳，……”或“最近一周发布的文章里，……”。\n"
        "可以接着问：那二期呢？它在哪里？\n"
        "  1、2、3…  看该来源所在的一节原文\n"
        "  帮助      看这段说明\n"
        "  退出      结束（也可按 Ctrl-D）"
    ),
}
