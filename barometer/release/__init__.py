"""Whether a build may be released, and how a release is written, replaced, kept and put back."""
