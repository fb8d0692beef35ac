"""Training code of Quotetrace's English news pipeline; see README.md in this folder."""
