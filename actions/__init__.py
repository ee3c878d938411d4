"""Rasa's custom actions, one file a topic. Thin: what they decide lives in the rooms that they call."""
