"""Generator of the synthetic raw seeds: a sample and questionnaires that look like a real edition's, and are not.

Every enterprise, contact and answer that this package writes is synthetic. Only counts and percentages that the report
publishes go in, as targets; what it does not publish is assumed in `profile.toml`. `python -m barometer.synthetic`, from
the root of the repository, rewrites the raw seeds of every edition of status `synthetic`, each time the same bytes.
"""
