"""What made a result, so that it can be made again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """Versions of everything that a result depends on.

    Attributes:
        ruleset: Version of the detectors and the policy together.
        models: Sorted (model id, ``sha256:…``) pairs.
        software: Version of the program.
        profile: Threshold profile in force.
    """

    ruleset: str
    models: tuple[tuple[str, str], ...]
    software: str
    profile: str
