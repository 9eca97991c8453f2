"""Approach the synthetic enterprises: channel, delivery and second approach, with the edition's published counts."""

import numpy as np

from barometer.synthetic.draw import sample, weighted_sample
from barometer.synthetic.enterprises import Enterprise
from barometer.synthetic.profile import Settings
from barometer.synthetic.reference import Design


def approach(design: Design, settings: Settings, enterprises: list[Enterprise], rng: np.random.Generator) -> None:
    """Fill in channel, delivery and recontact of every enterprise, in place.

    Letters go only to the size classes that the profile names, and then to a named person.
    """
    counts, parameters = settings.edition, settings["fieldwork"]
    may_get_letter = [
        position
        for position, enterprise in enumerate(enterprises)
        if design.strata[enterprise.stratum].size in parameters["letter_size_classes"]
    ]
    letters = {may_get_letter[i] for i in sample(rng, len(may_get_letter), counts["letters"])}
    for position, enterprise in enumerate(enterprises):
        enterprise.contact_channel = "letter" if position in letters else "email"
        enterprise.delivery_status = "delivered"

    by_letter = [e for e in enterprises if e.contact_channel == "letter"]
    by_email = [e for e in enterprises if e.contact_channel == "email"]
    for i in sample(rng, len(by_letter), counts["letters_undeliverable"]):
        by_letter[i].delivery_status = "undeliverable"
    odds = np.array([parameters["undeliverable_odds_general"] if e.contact_type == "general" else 1.0 for e in by_email])
    failed = [by_email[i] for i in weighted_sample(rng, odds, counts["emails_undeliverable"])]
    by_letter_again = rng.random(len(failed)) < parameters["recontact_letter_share"]
    statuses = ["delivered"] * counts["recontacted_delivered"] + ["undeliverable"] * counts["recontacted_undeliverable"]
    for enterprise in failed:
        enterprise.delivery_status = "undeliverable"
    again = sample(rng, len(failed), len(statuses))
    for i, status in zip(again, statuses, strict=True):
        failed[i].recontact_channel = "letter" if by_letter_again[i] else "email"
        failed[i].recontact_status = status


def address(enterprises: list[Enterprise]) -> None:
    """Fill in the contact details of every enterprise, in place, by its place in the sample.

    They are visibly fake: the name says that it is synthetic, and `.invalid` is a domain that can never exist (RFC 2606).
    """
    for number, enterprise in enumerate(enterprises, start=1):
        is_general = enterprise.contact_type == "general"
        enterprise.contact_name = f"{'Synthetische Zaakvoerder' if is_general else 'Synthetisch Contact'} {number:06d}"
        if enterprise.contact_channel == "email":
            enterprise.contact_email = f"{'info' if is_general else 'contact'}{number:06d}@synthetic.invalid"
