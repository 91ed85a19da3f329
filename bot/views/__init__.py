"""What several faces show: words of an answer, reports of jobs, JSON records, charts."""
