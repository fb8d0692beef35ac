"""The demo archive: invented outlets, people and events, written for this project."""
