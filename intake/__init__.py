"""Every patient's message: written down before anything else, once, and answered in order, whatever breaks."""
