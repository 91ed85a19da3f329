"""Articles: read, identify, compare. Knows nothing of questions or chats."""
