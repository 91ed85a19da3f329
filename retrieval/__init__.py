"""From a question to an answer with citations; independent of chats and stores."""
