"""What people read who subscribe to new articles, in English."""

from __future__ import annotations

SUBSCRIBING = {
    # what is subscribed to
    "everything": "all articles",
    "question": "question: {question}",
    "and": " + ",
    "or": " or ",
    # subscribing
    "how": (
        "To be told of new articles, write behind /subscribe:\n"
        "• a region: /subscribe 宜昌 (articles about it, not those that only mention it)\n"
        "• a keyword: /subscribe 磷石膏\n"
        "• both: /subscribe 宜昌 磷石膏\n"
        "• everything: /subscribe all\n"
        "• a question without an answer yet: /subscribe 宜昌新港什么时候开工？\n"
        "Or tap a region below."
    ),
    "done": "✅ Subscribed: {wish}",
    "done-question": "✅ Noted: {question}\nAs soon as the articles answer it, I tell you; then this subscription ends.",
    "again": "You have this subscription already: {wish}",
    "recent": "Of the last month: {count}, such as",
    "recent-none": "There was no such article in the last month.",
    "earlier": "Before that: {count}; the latest is of {date}: {title}",
    "never": "There is no such article yet; I tell you when there is.",
    "title": "• {title}",
    "when-now": "You hear of new articles at once; more than {most} at a time become one message.",
    "count": "Subscriptions of this chat: {count} of {most}.",
    "too-many": "This chat has {count} subscriptions, {most} at most. Please remove some with /subscriptions first.",
    "too-many-words": "A subscription has {most} words at most. Please make several of it.",
    "too-long": "“{found}” is too long: a keyword has {most} characters at most.",
    "too-common": "Nearly every article has “{found}”; please take another word.",
    "no-word": "There is nothing to look for in “{found}”.",
    "question-too-long": "The question is too long: {most} characters at most. Please make it shorter.",
    "not-kept": "Not subscribed:",
    "answered": "This question has an answer already, so there is no need to wait:",
    "share": "To share this subscription: {link}",
    "bad-link": "The subscription in this link cannot be read. Please use /subscribe.",
    "only-admins": "In a group, administrators see and change its subscriptions. In a private chat with me you can have your own.",
    "only-admins-press": "In a group, only administrators subscribe and unsubscribe.",
    "cannot-tell": "I cannot find out whether you are an administrator just now. Please try again later.",
    # the list of them
    "list": "📋 Subscriptions of this chat ({count}, {most} at most)",
    "list-topic": "📋 Subscriptions of this topic (the group has {count}, {most} at most)",
    "list-none": "There are no subscriptions yet. Send /subscribe to see how it works.",
    "list-line": "{number}. {wish}{marks}",
    "list-how": "The buttons below pause, change and remove.",
    "mark-daily": "daily",
    "mark-silent": "silent",
    "mark-paused": "paused",
    "marks": " ({marks})",
    "card": "⚙ {wish}",
    "card-question": "as soon as there is an answer",
    "card-now": "new articles at once",
    "card-daily": "once a day, at {hour} a.m.",
    "card-loud": "with a sound",
    "card-silent": "silently",
    "card-paused": "⏸ paused: nothing is sent",
    "gone": "This subscription is not there any more.",
    "removed": "🔕 Unsubscribed: {wish}",
    "removed-all": "🔕 Unsubscribed from all {count}.",
    "ask-remove-all": "Unsubscribe from all {count}?",
    "no-such": "There is no subscription “{found}”. These are there:",
    # buttons
    "button-subscribe-question": "🔔 Tell me when there is an answer",
    "button-everything": "All articles",
    "button-regions": "＋ By region",
    "button-list": "📋 Subscriptions",
    "button-card": "⚙ {number}. {wish}",
    "button-pause": "⏸ Pause",
    "button-go": "▶ Resume",
    "button-daily": "📬 Once a day",
    "button-now": "⚡ At once",
    "button-mute": "🔕 Silently",
    "button-loud": "🔔 With a sound",
    "button-remove": "🗑 Remove",
    "button-remove-all": "🗑 Remove all",
    "button-remove-all-sure": "Yes, remove all",
    "button-back": "‹ Back",
    "button-undo": "↩ Subscribe again: {wish}",
    "button-unsubscribe": "🔕 Unsubscribe",
    "button-unsubscribe-one": "🔕 Unsubscribe: {wish}",
    "button-original": "📄 Original",
    "button-original-number": "📄 {number}",
    "button-ask": "❓ Ask",
    "button-change": "✏️ Reword",
    # alerts
    "alert": "🔔 {title}",
    "correction": "✏️ Corrected: {title}",
    "colon": ": ",
    "change-added": "{part}: added {after}",
    "change-removed": "{part}: removed {before}",
    "is-answered": "💡 The question that you wait for has an answer: {question}",
    "region": "📍 {regions}",
    "withdrawn-list": "(An article of this list was withdrawn; the others can be listed anew.)",
    "button-list-again": "📬 List the others",
    "withdrawn": "(The article of this alert was withdrawn.)",
    "named": "Subscriptions: {wishes}",
    "digest-daily": "📬 Daily: {count} new",
    "digest-many": "📬 {count} new articles (more than {most} at a time become one message)",
    "digest-late": "📬 {count} new articles (sorry, they come late, in one message)",
    "digest-item": "{number}. {title}",
    "digest-correction": "{number}. ✏️ Corrected: {title}",
    "digest-answer": "💡 {question}",
    "more": "{count} more are not listed; please ask for them.",
    "page": "Page {page} of {pages}",
    "article-gone": "This article is not there any more.",
    "about": "Looked for in “{title}” only:",
    "about-several": "Looked for only in the {count} articles of this message:",
    "ask-about": "Please reply to this message with your question about “{title}”.",
    "ask-hint": "Such as: 总投资多少？",
    "change-hint": "Such as: 宜昌 磷石膏",
    "change-how": "Please reply to this message with what is to take the place of: {wish}",
    "changed": "✅ Changed to: {wish}",
    # privacy
    "privacy": (
        "🔒 What I keep, and for how long\n"
        "• Your messages, with the name that Telegram gives with them: 2 days, to do them again where something failed.\n"
        "• Questions and answers: after 30 days without your id and chat, only the question and the answer, to get better; where you pressed 👍 or 👎 as they are, until you send /forget.\n"
        "• My messages: 3 days; those that did not arrive 30 days, where operators can see them.\n"
        "• Subscriptions: until you unsubscribe. Which alerts were sent: 30 days, to send none twice, and to send corrections.\n"
        "• What operators did: 1 year.\n"
        "• Backups are kept by the operators, and may change later.\n"
        "I give nothing to others. Send /forget to have your data removed at any time."
    ),
    "forget-ask": (
        "Remove your data? This removes all subscriptions and alerts of your private chat, your ratings and your messages; "
        "your questions lose your id and chat. The buttons below earlier answers will not work any more. This cannot be undone."
    ),
    "forget-in-private": "Please send /forget in a private chat with me. A group's subscriptions are its own; its administrators remove them.",
    "button-forget-sure": "Yes, remove it",
    "button-forget-not": "‹ No",
    "forgotten": "✅ Your data is removed. You are welcome back any time.",
    "kept": "Nothing was removed.",
}
