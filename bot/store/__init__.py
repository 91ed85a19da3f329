"""What outlives a process: chats, updates received, messages to send, answers, and what people thought of them."""
