"""Plays a patient in danger, over and over, and raises a technical alarm when the alarm does not arrive. A process of its own."""
