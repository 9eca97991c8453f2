"""What goes wrong on an engine, in one sentence."""

AS_IT_WAS = "; the release stays as it was"


class EngineFault(RuntimeError):
    """What an engine, or its client, found wrong while it made a model, in one sentence.

    Args:
        remote: address of the engine.
        error: what was raised; another of these is said once.
    """

    def __init__(self, remote: str, error: Exception):
        self.found = first_line(error)
        super().__init__(f"engine {remote}: found {self.found}; expected it to make the model{AS_IT_WAS}")


def first_line(error: Exception) -> str:
    """What an error says first; the rest is a plan, or a stack."""
    if isinstance(error, EngineFault):
        return error.found
    return str(error).strip().split("\n")[0] or type(error).__name__
