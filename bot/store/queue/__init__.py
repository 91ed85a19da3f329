"""SQL of what waits: updates, messages, jobs, and the processes that claim them."""
