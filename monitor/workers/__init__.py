"""Work that may wait: the Celery app, its one task, and the dispatcher that feeds it.

The database is the truth and the broker is transport: it may lose, repeat or reorder any message, and nothing is lost or
doubled. A message holds the ids of a batch and the token of their lease; text does not travel.
"""
