"""The archive of speaker-quote-source records, and its REST, browser and command-line doors."""
