"""What goes wrong on an engine, in one sentence."""

AS_IT_WAS = "; the release stays as it was"


class EngineFault(RuntimeError):
    """What an engine, or its client, found wrong while it made a model, in one sentence."""


def sentence(remote: str, error: Exception) -> str:
    """An error of the engine's or its client's; the first line, for the rest is a plan."""
    first = str(error).strip().split("\n")[0] or type(error).__name__
    return f"engine {remote}: found {first}; expected it to make the model{AS_IT_WAS}"
