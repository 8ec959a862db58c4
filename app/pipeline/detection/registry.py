"""Every detector, in the order in which they look; a test fails if a file beside this one is forgotten."""

from app.pipeline.detection.altered_line import AlteredLine
from app.pipeline.detection.answer_altered import AnswerAltered
from app.pipeline.detection.authority_appeal import AuthorityAppeal
from app.pipeline.detection.base import Detector
from app.pipeline.detection.biased_options import BiasedOptions
from app.pipeline.detection.disparagement import Disparagement
from app.pipeline.detection.endorsement import Endorsement
from app.pipeline.detection.false_claim import FalseClaim
from app.pipeline.detection.identity_misstated import IdentityMisstated
from app.pipeline.detection.improper_disclosure import ImproperDisclosure
from app.pipeline.detection.loaded_question import LoadedQuestion
from app.pipeline.detection.missing_line import MissingLine
from app.pipeline.detection.off_script import OffScript
from app.pipeline.detection.opt_out_ignored import OptOutIgnored
from app.pipeline.detection.personal_opinion import PersonalOpinion
from app.pipeline.detection.pressure import Pressure
from app.pipeline.detection.wrong_person import WrongPerson

DETECTORS: tuple[Detector, ...] = (
    MissingLine(),
    AlteredLine(),
    BiasedOptions(),
    Endorsement(),
    Disparagement(),
    LoadedQuestion(),
    AuthorityAppeal(),
    PersonalOpinion(),
    Pressure(),
    FalseClaim(),
    OffScript(),
    IdentityMisstated(),
    ImproperDisclosure(),
    OptOutIgnored(),
    WrongPerson(),
    AnswerAltered(),
)
"""One instance of each."""

RULESET = "2026.11.16"
"""Version of the detectors, the cues and the policy together; changes with every change of findings."""
