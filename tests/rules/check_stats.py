"""Holds our statistics of 2x2 tables against SciPy's on random tables.

Usage: check_stats.py STATS-TABLES

SciPy has Fisher's test and the conditional odds ratio. It has no exact interval
for the ratio of two rates; so the limits are tried by what they promise: at a
limit the tables that rank as high as this one have the probability of the tail,
found here from the definition, with SciPy's binomial distribution, a search over
the second rate of its own, and no use of an order among tables.
"""
import math
import random
import subprocess
import sys

try:
    import numpy as np
    from scipy import stats
    from scipy.stats.contingency import odds_ratio
except ImportError:
    print("skipped: no scipy")
    sys.exit(77)

TAIL = 0.025


def random_tables(rng):
    for most in (1, 3, 8, 40, 300):
        for _ in range(40):
            yield tuple(rng.randint(0, most) for _ in range(4))
    for most in (10**4, 10**6):
        for _ in range(4):
            # Near independence, or both p-values are 0 and nothing is compared.
            rows, rate = (rng.randint(1, most), rng.randint(1, most)), rng.random()
            a, c = (int(n * rate + rng.gauss(0, 2) * math.sqrt(n * rate * (1 - rate)))
                    for n in rows)
            yield max(a, 0), max(rows[0] - a, 0), max(c, 0), max(rows[1] - c, 0)
    yield from ((3, 0, 0, 3), (0, 4, 0, 9), (0, 4, 9, 0), (2, 0, 7, 0), (0, 0, 1, 5))


def same(ours, theirs, relative=1e-6):
    if math.isnan(ours) or math.isnan(theirs):
        return math.isnan(ours) and math.isnan(theirs)
    return ours == theirs or abs(ours - theirs) <= relative * abs(theirs) + 1e-300


def check_conditional(table, p, estimate, low, high):
    a, b, c, d = table
    theirs = stats.fisher_exact([[a, b], [c, d]])[1]
    assert same(p, theirs), (table, "p", p, theirs)
    if sum(table) > 10**5:
        return  # SciPy's search is slow there
    odds = odds_ratio([[a, b], [c, d]], kind="conditional")
    interval = odds.confidence_interval(0.95)
    assert same(estimate, odds.statistic, 1e-5), (table, estimate, odds.statistic)
    assert same(low, interval.low, 1e-5), (table, "low", low, interval.low)
    assert same(high, interval.high, 1e-5), (table, "high", high, interval.high)


def score(ratio, x1, n1, x2, n2):
    """Koopman's with Yates's correction: its standard error is at the rates of greatest
    likelihood among those with this ratio."""
    A, B, C = ratio * (n1 + n2), ratio * (n1 + x2) + x1 + n2, x1 + x2
    p2 = (B - np.sqrt(np.maximum(B * B - 4 * A * C, 0))) / (2 * A)
    p1 = np.minimum(ratio * p2, 1)
    p2 = np.minimum(p2, 1)
    variance = p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2
    with np.errstate(divide="ignore", invalid="ignore"):
        z = ((x1 - 0.5) / n1 - ratio * (x2 + 0.5) / n2) / np.sqrt(variance)
    return np.where((x1 == 0) & (x2 == 0), 0, np.where(variance < 1e-12, z * 1e9, z))


def rank_limit(x1, n1, x2, n2):
    """The ratio that the score test just rejects, by bisection."""
    low, high = 1e-9, 1e9
    for _ in range(200):
        middle = math.sqrt(low * high)
        if score(middle, np.array(x1), n1, np.array(x2), n2) > stats.norm.isf(TAIL):
            low = middle
        else:
            high = middle
    return low


def worst(region, ratio, n1, n2):
    """The greatest probability of the region at this ratio."""
    best = 0
    for p2 in np.concatenate([np.geomspace(1e-5, 1, 1000), np.linspace(0.001, 1, 800)]):
        if ratio * p2 > 1:
            continue
        first = stats.binom.pmf(np.arange(n1 + 1), n1, ratio * p2)
        second = stats.binom.pmf(np.arange(n2 + 1), n2, p2)
        best = max(best, first @ region @ second)
    return best


def check_lower(table, limit):
    a, b, c, d = table
    n1, n2 = a + b, c + d
    if a == 0 or n2 == 0:
        assert limit == 0, table
        return
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    at = rank_limit(a, n1, c, n2)
    own = score(at, np.array(a), n1, np.array(c), n2)
    region = (score(at, x1, n1, x2, n2) >= own - 1e-7).astype(float)
    assert worst(region, limit, n1, n2) <= TAIL + 1e-9, (table, "too high", limit)
    assert worst(region, limit * 1.003, n1, n2) > TAIL, (table, "too low", limit)


def main():
    rng = random.Random(20261125)
    tables = list(random_tables(rng))
    text = "".join(f"{a} {b} {c} {d}\n" for a, b, c, d in tables)
    out = subprocess.run(sys.argv[1:], input=text, check=True, capture_output=True, text=True)
    rows = [tuple(map(float, line.split())) for line in out.stdout.splitlines()]
    assert len(rows) == len(tables)
    for table, (p, odds, odds_low, odds_high, rate, low, high) in zip(tables, rows):
        check_conditional(table, p, odds, odds_low, odds_high)
        a, b, c, d = table
        if a + b > 0 and c + d > 0 and a + c > 0:
            expected = a * (c + d) / (c * (a + b)) if c else math.inf
            assert same(rate, expected, 1e-12), (table, rate, expected)
            assert low <= rate * 1.0001 and rate <= high * 1.0001, table
        else:
            assert math.isnan(rate) and low == 0 and high == math.inf, table
    small = [i for i, t in enumerate(tables) if 0 < sum(t) <= 40 and t[0] + t[1] and t[2] + t[3]]
    for i in rng.sample(small, 8):
        a, b, c, d = tables[i]
        check_lower((a, b, c, d), rows[i][5])
        check_lower((c, d, a, b), 1 / rows[i][6] if rows[i][6] < math.inf else 0)
    print(f"{len(tables)} tables, {len(small)} small")


main()
