"""The chat on the clinic's website: a JSON API with a signed session token, and a plain chat page on it."""
