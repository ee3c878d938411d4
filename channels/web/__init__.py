"""The chat on the clinic's website: a JSON API with a signed session token, later lines as a stream, the widget's files."""
