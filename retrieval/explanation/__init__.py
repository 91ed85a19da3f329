"""Why a question was answered the way it was."""
