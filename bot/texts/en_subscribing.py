"""The texts in English about subscriptions and alerts."""

from __future__ import annotations

from bot.texts.subscribing_texts import SubscribingTexts

SUBSCRIBING = SubscribingTexts(
    # criteria of a subscription
    everything="all articles",
    question="question: {question}",
    and_=" + ",
    or_=" or ",
    # subscribing
    how=(
        "To be told of new articles, write behind /subscribe:\n"
        "• a region: /subscribe 宜昌 (articles about it, not those that only mention it)\n"
        "• a keyword: /subscribe 磷石膏\n"
        "• both: /subscribe 宜昌 磷石膏\n"
        "• everything: /subscribe all\n"
        "• a question without an answer yet: /subscribe 宜昌新港什么时候开工？\n"
        "Or tap a region below."
    ),
    done="✅ Subscribed: {wish}",
    done_question="✅ Noted: {question}\nAs soon as the articles answer it, I tell you; then this subscription ends.",
    again="You have this subscription already: {wish}",
    recent="Of the last month: {count}, such as",
    recent_none="There was no such article in the last month.",
    earlier="Before that: {count}; the latest is of {date}: {title}",
    never="There is no such article yet; I tell you when there is.",
    title="• {title}",
    when_now="You hear of new articles at once; more than {most} at a time become one message.",
    count="Subscriptions of this chat: {count} of {most}.",
    too_many="This chat has {count} subscriptions, {most} at most. Please remove some with /subscriptions first.",
    parse_errors={  # by ParseErrorCode
        "too-many-words": "A subscription has {most} words at most. Please make several of it.",
        "too-long": "“{found}” is too long: a keyword has {most} characters at most.",
        "too-common": "Nearly every article has “{found}”; please take another word.",
        "no-word": "There is nothing to look for in “{found}”.",
        "question-too-long": "The question is too long: {most} characters at most. Please make it shorter.",
    },
    not_kept="Not subscribed:",
    answered="This question has an answer already, so there is no need to wait:",
    share="To share this subscription: {link}",
    bad_link="The subscription in this link cannot be read. Please use /subscribe.",
    only_admins="In a group, administrators see and change its subscriptions. In a private chat with me you can have your own.",
    only_admins_press="In a group, only administrators subscribe and unsubscribe.",
    cannot_tell="I cannot find out whether you are an administrator just now. Please try again later.",
    # the list of subscriptions
    list="📋 Subscriptions of this chat ({count}, {most} at most)",
    list_topic="📋 Subscriptions of this topic (the group has {count}, {most} at most)",
    list_none="There are no subscriptions yet. Send /subscribe to see how it works.",
    list_line="{number}. {wish}{marks}",
    list_how="The buttons below pause, change and remove.",
    mark_daily="daily",
    mark_silent="silent",
    mark_paused="paused",
    marks=" ({marks})",
    card="⚙ {wish}",
    card_question="as soon as there is an answer",
    card_now="new articles at once",
    card_daily="once a day, at {hour} a.m.",
    card_loud="with a sound",
    card_silent="silently",
    card_paused="⏸ paused: nothing is sent",
    gone="This subscription is not there any more.",
    removed="🔕 Unsubscribed: {wish}",
    removed_all="🔕 Unsubscribed from all {count}.",
    ask_remove_all="Unsubscribe from all {count}?",
    no_such="There is no subscription “{found}”. These are there:",
    # buttons
    button_subscribe_question="🔔 Tell me when there is an answer",
    button_everything="All articles",
    button_regions="＋ By region",
    button_list="📋 Subscriptions",
    button_card="⚙ {number}. {wish}",
    button_pause="⏸ Pause",
    button_go="▶ Resume",
    button_daily="📬 Once a day",
    button_now="⚡ At once",
    button_mute="🔕 Silently",
    button_loud="🔔 With a sound",
    button_remove="🗑 Remove",
    button_remove_all="🗑 Remove all",
    button_remove_all_sure="Yes, remove all",
    button_back="‹ Back",
    button_undo="↩ Subscribe again: {wish}",
    button_unsubscribe="🔕 Unsubscribe",
    button_unsubscribe_one="🔕 Unsubscribe: {wish}",
    button_original="📄 Original",
    button_original_number="📄 {number}",
    button_ask="❓ Ask",
    button_change="✏️ Reword",
    # alerts
    alert="🔔 {title}",
    correction="✏️ Corrected: {title}",
    colon=": ",
    change_added="{part}: added {after}",
    change_removed="{part}: removed {before}",
    is_answered="💡 The question that you wait for has an answer: {question}",
    region="📍 {regions}",
    withdrawn_list="(An article of this list was withdrawn; the others can be listed anew.)",
    button_list_again="📬 List the others",
    withdrawn="(The article of this alert was withdrawn.)",
    named="Subscriptions: {wishes}",
    digest_daily="📬 Daily: {count} new",
    digest_many="📬 {count} new articles (more than {most} at a time become one message)",
    digest_late="📬 {count} new articles (sorry, they come late, in one message)",
    digest_item="{number}. {title}",
    digest_correction="{number}. ✏️ Corrected: {title}",
    digest_answer="💡 {question}",
    more="{count} more are not listed; please ask for them.",
    page="Page {page} of {pages}",
    article_gone="This article is not there any more.",
    about="Looked for in “{title}” only:",
    about_several="Looked for only in the {count} articles of this message:",
    ask_about="Please reply to this message with your question about “{title}”.",
    ask_hint="Such as: 总投资多少？",
    change_hint="Such as: 宜昌 磷石膏",
    change_how="Please reply to this message with what is to take the place of: {wish}",
    changed="✅ Changed to: {wish}",
    # privacy
    privacy=(
        "🔒 What I keep, and for how long\n"
        "• Your messages, with the name that Telegram gives with them: 2 days, to do them again where something failed.\n"
        "• Questions and answers: after 30 days without your id and chat, only the question and the answer, to get better; where you pressed 👍 or 👎 as they are, until you send /forget.\n"
        "• My messages: 3 days; those that did not arrive 30 days, where operators can see them.\n"
        "• Subscriptions: until you unsubscribe. Which alerts were sent: 30 days, to send none twice, and to send corrections.\n"
        "• What operators did: 1 year.\n"
        "• Backups are kept by the operators, and may change later.\n"
        "I give nothing to others. Send /forget to have your data removed at any time."
    ),
    forget_ask=(
        "Remove your data? This removes all subscriptions and alerts of your private chat, your ratings and your messages; "
        "your questions lose your id and chat. The buttons below earlier answers will not work any more. This cannot be undone."
    ),
    forget_in_private="Please send /forget in a private chat with me. A group's subscriptions are its own; its administrators remove them.",
    button_forget_sure="Yes, remove it",
    button_forget_not="‹ No",
    forgotten="✅ Your data is removed. You are welcome back any time.",
    kept="Nothing was removed.",
)
