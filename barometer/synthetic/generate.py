"""Generate: from reference seeds and profile to the raw seeds of every synthetic edition. All output is synthetic."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from barometer.method.questionnaire import NO_ANSWER
from barometer.synthetic.answers import answer_all
from barometer.synthetic.enterprises import draw_enterprises
from barometer.synthetic.fieldwork import address, approach
from barometer.synthetic.nonresponse import leave_blanks
from barometer.synthetic.panel import Wave, share_enterprises
from barometer.synthetic.profile import read_profile
from barometer.synthetic.reference import read_designs
from barometer.synthetic.respondents import Respondents
from barometer.synthetic.responses import fill_in, schedule_responses
from barometer.synthetic.write import write_responses, write_sample

STAGES = ("enterprises", "approach", "answers", "blanks", "responses", "unusable", "panel")


def generate(root: Path) -> Iterator[Path]:
    """Write `seeds/raw/raw_sample_<edition>.csv` and `raw_responses_<edition>.csv` under `root`; yield their paths.

    Every edition and every stage has a random stream of its own, so that one edition's answers never move another's and a
    changed stage leaves the others' draws as they were; an edition shares enterprises with the one before it. ValueError
    names the seed, stratum or parameter at fault.
    """
    profile, earlier = read_profile(root), None
    for design in read_designs(root / "seeds" / "reference"):
        settings = profile.of_edition(design)
        streams = {
            stage: np.random.Generator(np.random.PCG64(np.random.SeedSequence([profile.seed, design.edition, number])))
            for number, stage in enumerate(STAGES)
        }
        enterprises = draw_enterprises(design, settings, streams["enterprises"])
        approach(design, settings, enterprises, streams["approach"])
        schedule = schedule_responses(design, settings, enterprises, streams["responses"])
        people = Respondents(design, settings, streams["answers"])
        answer_all(people)
        reported = leave_blanks(people, schedule.response_ids, schedule.engaged, streams["blanks"])
        codes = np.array([reported[question.id] for question in design.questions]).T.astype(int)
        fill_in(design, schedule, np.where(codes == NO_ANSWER, 0, codes), streams["unusable"])
        wave = Wave(design, enterprises, schedule, people)
        if earlier:
            share_enterprises(earlier, wave, settings, streams["panel"])
        earlier = wave
        address(enterprises)
        folder = root / "seeds" / "raw"
        yield write_sample(folder / f"raw_sample_{design.edition}.csv", enterprises)
        yield write_responses(folder / f"raw_responses_{design.edition}.csv", design, schedule.responses)
