"""The staff console: what is urgent, what was said, what was misunderstood; who looked at it. Not for patients."""
