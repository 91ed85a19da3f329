"""What a sentence says, whatever the question: event time, status, cues."""
