"""Every patient's message: written down first, once, and answered in order, whatever breaks."""
