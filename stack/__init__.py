"""Makes the environments, trains, starts, watches and stops the parts on one machine. Standard library only.

Everything up to the first environment runs on any Python from 3.8 on; nothing of the product imports this room.
"""
