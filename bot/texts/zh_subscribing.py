"""The texts in Chinese about subscriptions and alerts."""

from __future__ import annotations

from bot.texts.subscribing_texts import SubscribingTexts

SUBSCRIBING = SubscribingTexts(
    # criteria of a subscription
    everything="全部文章",
    question="问题：{question}",
    and_=" + ",
    or_="或",
    # subscribing
    how=(
        "想在有新文章时收到提醒，请在 /subscribe 后面写：\n"
        "• 地区：/subscribe 宜昌（文章说的是那里才算，顺带提到的不算）\n"
        "• 关键词：/subscribe 磷石膏\n"
        "• 两样都要：/subscribe 宜昌 磷石膏\n"
        "• 全部文章：/subscribe 全部\n"
        "• 还没有答案的问题：/subscribe 宜昌新港什么时候开工？\n"
        "也可以直接点下面的地区。"
    ),
    done="✅ 已订阅：{wish}",
    done_question="✅ 已记下：{question}\n文章里有了答案，我会马上告诉您，然后这条订阅就结束。",
    again="已经订阅过了：{wish}",
    recent="最近一个月有 {count} 篇会提醒您，例如：",
    recent_none="最近一个月没有这样的文章。",
    earlier="更早的有 {count} 篇，最近一篇是 {date} 的：{title}",
    never="目前还没有这样的文章，有了就告诉您。",
    title="• {title}",
    when_now="有新文章时马上告诉您；一次超过 {most} 篇，就合成一条。",
    count="本会话共有 {count} 条订阅，最多 {most} 条。",
    too_many="本会话已有 {count} 条订阅，最多 {most} 条。请先用 /subscriptions 删掉几条。",
    parse_errors={  # by ParseErrorCode
        "too-many-words": "一条订阅最多写 {most} 个词。请分成几条。",
        "too-long": "“{found}”太长，关键词最多 {most} 个字。",
        "too-common": "“{found}”几乎每篇文章都有，请换一个词。",
        "no-word": "“{found}”里没有可以查找的字。",
        "question-too-long": "问题太长，最多 {most} 个字。请说得简短些。",
    },
    not_kept="没有订阅：",
    answered="这个问题现在就有答案，没有订阅：",
    share="把这条订阅分享给别人：{link}",
    bad_link="这个链接里的订阅读不出来。请用 /subscribe 重新订阅。",
    only_admins="群里的订阅由管理员查看和更改。您可以私聊我，为自己订阅。",
    only_admins_press="在群里只有管理员可以订阅和退订。",
    cannot_tell="暂时无法确认您是不是管理员，请稍后再试。",
    # the list of subscriptions
    list="📋 本会话的订阅（{count} 条，最多 {most} 条）",
    list_topic="📋 本话题的订阅（整个群 {count} 条，最多 {most} 条）",
    list_none="还没有订阅。发送 /subscribe 看看怎么订阅。",
    list_line="{number}. {wish}{marks}",
    list_how="点下面的按钮，可以暂停、更改或删除。",
    mark_daily="每日汇总",
    mark_silent="静音",
    mark_paused="已暂停",
    marks="（{marks}）",
    card="⚙ {wish}",
    card_question="有答案时马上告诉您",
    card_now="新文章马上提醒",
    card_daily="每天上午 {hour} 点汇总",
    card_loud="有提示音",
    card_silent="静音",
    card_paused="⏸ 已暂停，不会提醒",
    gone="这条订阅已经不在了。",
    removed="🔕 已退订：{wish}",
    removed_all="🔕 已全部退订，共 {count} 条。",
    ask_remove_all="要退订全部 {count} 条吗？",
    no_such="没有订阅“{found}”。现有的订阅见下：",
    # buttons
    button_subscribe_question="🔔 有答案时告诉我",
    button_everything="全部文章",
    button_regions="＋ 按地区订阅",
    button_list="📋 我的订阅",
    button_card="⚙ {number}. {wish}",
    button_pause="⏸ 暂停",
    button_go="▶ 恢复",
    button_daily="📬 改为每日汇总",
    button_now="⚡ 改为马上提醒",
    button_mute="🔕 改为静音",
    button_loud="🔔 改为有声",
    button_remove="🗑 删除",
    button_remove_all="🗑 全部退订",
    button_remove_all_sure="确认全部退订",
    button_back="‹ 返回",
    button_undo="↩ 重新订阅：{wish}",
    button_unsubscribe="🔕 退订",
    button_unsubscribe_one="🔕 退订：{wish}",
    button_original="📄 原文",
    button_original_number="📄 {number}",
    button_ask="❓ 提问",
    button_change="✏️ 改内容",
    # alerts
    alert="🔔 {title}",
    correction="✏️ 更正：{title}",
    colon="：",
    change_added="{part}：增加了 {after}",
    change_removed="{part}：删去了 {before}",
    is_answered="💡 您等的问题有答案了：{question}",
    region="📍 {regions}",
    withdrawn_list="（这份汇总里有文章已撤下，其余的请点下面重新列出。）",
    button_list_again="📬 重新列出",
    withdrawn="（这条提醒里的文章已撤下。）",
    named="订阅：{wishes}",
    digest_daily="📬 每日汇总：{count} 篇",
    digest_many="📬 新文章 {count} 篇（一次超过 {most} 篇，合成一条）",
    digest_late="📬 新文章 {count} 篇（抱歉，来晚了，合成一条）",
    digest_item="{number}. {title}",
    digest_correction="{number}. ✏️ 更正：{title}",
    digest_answer="💡 {question}",
    more="另有 {count} 篇没有列出，请直接提问查找。",
    page="第 {page} 页，共 {pages} 页",
    article_gone="这篇文章现在已不在库中。",
    about="只在《{title}》里找：",
    about_several="只在这条消息列出的 {count} 篇文章里找：",
    ask_about="请回复这条消息，写下您想就《{title}》问的问题。",
    ask_hint="例如：总投资多少？",
    change_hint="例如：宜昌 磷石膏",
    change_how="请回复这条消息，写下新的内容，代替：{wish}",
    changed="✅ 已改为：{wish}",
    # privacy
    privacy=(
        "🔒 我保存什么，保存多久\n"
        "• 您发来的消息，连同 Telegram 附带的姓名：2 天，用来在出错时重做。\n"
        "• 问题和回答：30 天以后去掉您的编号和会话，只留问题和回答本身，用来改进；您点过 👍 或 👎 的，连同评价保留到您发送 /forget。\n"
        "• 我发出的消息：3 天；没能送达的 30 天，管理员看得到。\n"
        "• 订阅：到您退订为止。发过哪些提醒：30 天，用来不重复发送、发更正。\n"
        "• 管理员的操作：1 年。\n"
        "• 备份由管理员保管，可能晚些才更新。\n"
        "我不把内容交给别人。发送 /forget 可以随时删除您的数据。"
    ),
    forget_ask=(
        "要删除您的数据吗？将删除：您私聊里的全部订阅和提醒、您的评价、您发来的消息；"
        "您问过的问题会去掉您的编号和会话，以前的回答下面的按钮会失效。删除后不能恢复。"
    ),
    forget_in_private="请私聊我发送 /forget。群里的订阅属于群，由管理员退订。",
    button_forget_sure="确认删除",
    button_forget_not="‹ 不删了",
    forgotten="✅ 您的数据已经删除。欢迎以后再来。",
    kept="好的，什么都没有删除。",
)
