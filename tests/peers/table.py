"""The table that the scripts beside this one print: a peer's time, ours, the machine's limit, and how far apart they are."""

HEADINGS = ["method", "peer", "size", "peer", "ours, 1 thread", "ratio", "2 threads", "machine limit", "ours/limit", "verdict"]


def shown(seconds):
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1.0 else f"{seconds:.3g} s"


def ratio(of, to):
    return f"{of / to:.0f}" if of >= 10.0 * to else f"{of / to:.1f}"


class Table:
    """Prints rows as they are measured, and keeps those that are neither fast enough beside the peer nor near the limit."""

    def __init__(self):
        self.short = []
        print("| " + " | ".join(HEADINGS) + " |\n|" + "---|" * len(HEADINGS))

    def row(self, what, peer, size, theirs, one, two, limit=None, times=10.0):
        """One row; `limit` is the limit's seconds and its name, `times` how many times as long the peer should take; none where
        the peer is not a package of the field, but stands there for orientation."""
        fast = times is not None and theirs >= times * one
        near = limit is not None and one <= 2.0 * limit[0]
        verdict = f"{times:.0f} x" if fast else "limit" if near else "–" if times is None else "**short**"
        if not (fast or near or times is None):
            self.short.append(f"{what}, {peer}, {size}")
        beside = f"{limit[1]}: {shown(limit[0])} | {ratio(one, limit[0])}" if limit else " | "
        cells = [what, peer, size, shown(theirs), shown(one), ratio(theirs, one), shown(two), beside, verdict]
        print("| " + " | ".join(cells) + " |", flush=True)

    def end(self):
        print(f"\nNeither as fast as it should be beside the peer nor within twice the limit: {'; '.join(self.short) or 'none'}.")
