"""`./xindai policies fit`: the points table of the credit rating, fitted anew."""

from __future__ import annotations

from argparse import Namespace

from xindai.classification import rating_files
from xindai.config.refusal import Refusal
from xindai.config.setup.places import Places


def run(options: Namespace, places: Places) -> int:
    """Fit the table, and write it into the pack or compare it with the pack's."""
    pack = places.checkout / "policies" / "cn"
    if options.check:
        stale = rating_files.stale(pack)
        if stale:
            raise Refusal(
                f"The pack holds another table than the fit gives ({', '.join(stale)}).", "Run ./xindai policies fit."
            )
        print("the pack holds the table that the fit gives")
        return 0
    changed = rating_files.write(pack)
    print(
        f"written: {', '.join(changed)}" if changed else "nothing changed: the pack holds the table that the fit gives"
    )
    return 0
