"""Colours of series and of editions, on paper and on the site."""

# Palette of Okabe and Ito, those with the greatest difference in lightness first.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
# Editions go from the first colour, the newest, to this one, the oldest.
OLDEST_EDITION = "#8FBEE0"


def edition_colours(count: int) -> tuple[str, ...]:
    """Colours of editions, oldest first: one hue, the newer the darker."""
    light, dark = (
        [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
        for colour in (OLDEST_EDITION, PALETTE[0])
    )
    shares = [place / (count - 1) if count > 1 else 1 for place in range(count)]
    return tuple(
        "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in zip(light, dark, strict=True))
        for share in shares
    )
