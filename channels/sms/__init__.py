"""Text messages: signed webhooks in, texts of at most two segments out, and what carriers ask of both."""
