"""What comes in from outside: raw files, seeds, and the key of the pseudonyms."""
