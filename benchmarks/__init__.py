"""How accurate and how fast the engine is; run by hand, no part of the package or of the tests."""
