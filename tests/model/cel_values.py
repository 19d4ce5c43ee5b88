"""CEL's values: what they are, when they are equal, which comes first, and
what a list or a map holds at a key.

Values are Python's own where they can be: None, bool, int, float, str, bytes,
list; the rest are the classes below. An error and an unknown are values too.
"""
import ipaddress
import math

# ---- values ------------------------------------------------------------------


class Uint(int):
    __slots__ = ()


class Moment:
    """Nanoseconds: since 1970 of a timestamp, or those of a duration."""

    __slots__ = ('ns',)

    def __init__(self, ns):
        self.ns = ns


class Timestamp(Moment):
    __slots__ = ()


class Duration(Moment):
    __slots__ = ()


class Map:
    """Pairs in order of insertion, found by key_of(key)."""

    __slots__ = ('pairs',)

    def __init__(self, pairs):
        self.pairs = {key_of(k): (k, v) for k, v in pairs}


class Type:
    __slots__ = ('name',)

    def __init__(self, name):
        self.name = name


class Optional:
    """Holds a value, or ABSENT."""

    __slots__ = ('value',)

    def __init__(self, value):
        self.value = value


class Ip:
    __slots__ = ('address',)

    def __init__(self, address):
        self.address = address


class Cidr:
    """An address, host bits included, and the length of its prefix."""

    __slots__ = ('address', 'bits')

    def __init__(self, address, bits):
        self.address, self.bits = address, bits

    def network(self):
        return ipaddress.ip_network((self.address, self.bits), strict=False)


class Error:
    """An error as a value; the text is for people and compares with nothing."""

    __slots__ = ('text',)

    def __init__(self, text):
        self.text = text


class Unknown:
    """A value that depends on attributes that nobody gave."""

    __slots__ = ('paths',)

    def __init__(self, paths):
        self.paths = frozenset(paths)


class Fail(Exception):
    """How a function reports an error; apply() makes it a value."""


ABSENT = object()
NONE = Optional(ABSENT)
INT_MIN, INT_MAX, UINT_MAX = -2**63, 2**63 - 1, 2**64 - 1

KINDS = {
    type(None): 'null_type', bool: 'bool', int: 'int', Uint: 'uint',
    float: 'double', str: 'string', bytes: 'bytes', list: 'list', Map: 'map',
    Timestamp: 'timestamp', Duration: 'duration', Type: 'type',
    Optional: 'optional_type', Ip: 'net.IP', Cidr: 'net.CIDR',
}
NUMBERS = {int, Uint, float}
LONG = {'timestamp': 'google.protobuf.Timestamp',
        'duration': 'google.protobuf.Duration'}
TYPES = {name: Type(name)
         for name in (LONG.get(k, k) for k in KINDS.values())}


def kind(v):
    return KINDS[type(v)]


def type_of(v):
    return TYPES[LONG.get(kind(v), kind(v))]


def key_of(k):
    """What a map finds a key by: equal numbers are one key, true is not 1.

    None for what no key can be equal to."""
    if type(k) is bool:
        return ('bool', k)
    if type(k) is float:
        return int(k) if math.isfinite(k) and k == int(k) else None
    return k if type(k) in (int, Uint, str) else None


def merge(unknowns):
    return Unknown(path for u in unknowns for path in u.paths)


def blocked(parts):
    """What a strict place makes of parts that are not all values, else None:
    an error wins, then the unknowns of all parts are joined."""
    unknowns = None
    for p in parts:
        if type(p) is Error:
            return p
        if type(p) is Unknown:
            unknowns = (unknowns or []) + [p]
    return merge(unknowns) if unknowns else None


# ---- equality and order ------------------------------------------------------


def compare_numbers(a, b):
    """-1, 0, 1, or None where one is NaN.

    An integer is compared with a double as the nearest double, as the
    conformance tests want it; a double outside the integer's type is simply
    larger or smaller."""
    if type(a) is float and type(b) is not float:
        turned = compare_numbers(b, a)
        return turned and -turned
    if type(b) is float:
        if math.isnan(a) or math.isnan(b):
            return None
        if type(a) is not float:
            low, high = (0, UINT_MAX) if type(a) is Uint else (INT_MIN, INT_MAX)
            if b < float(low):
                return 1
            if b > float(high):
                return -1
            a = float(a)
    return (a > b) - (a < b)


def all_equal(pairs):
    """Equality of parts: an unequal pair decides, unknown ones leave it open."""
    unknowns = []
    for a, b in pairs:
        same = equal(a, b)
        if same is False:
            return False
        if same is not True:
            unknowns.append(same)
    return merge(unknowns) if unknowns else True


def equal(a, b):
    """CEL's ==: True, False, or Unknown where unknown parts could decide."""
    if type(a) is Unknown or type(b) is Unknown:
        return blocked((a, b))
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return compare_numbers(a, b) == 0
    if type(a) is not type(b):
        return False
    if type(a) is list:
        return len(a) == len(b) and all_equal(zip(a, b))
    if type(a) is Map:
        if a.pairs.keys() != b.pairs.keys():
            return False
        return all_equal((v, b.pairs[k][1]) for k, (_, v) in a.pairs.items())
    if type(a) is Optional:
        if a.value is ABSENT or b.value is ABSENT:
            return a.value is b.value
        return equal(a.value, b.value)
    if type(a) in (Timestamp, Duration):
        return a.ns == b.ns
    if type(a) is Type:
        return a.name == b.name
    if type(a) is Ip:
        return a.address == b.address
    if type(a) is Cidr:
        return (a.address, a.bits) == (b.address, b.bits)
    return a == b


def member(a, container):
    """CEL's in: of a list any equal element, of a map the key."""
    if type(container) is Map:
        return present(container, a)
    unknowns = []
    for b in container:
        same = equal(a, b)
        if same is True:
            return True
        if same is not False:
            unknowns.append(same)
    return merge(unknowns) if unknowns else False


def compare(a, b):
    if type(a) in NUMBERS and type(b) in NUMBERS:
        return compare_numbers(a, b)
    if type(a) is not type(b) or kind(a) not in (
            'string', 'bytes', 'bool', 'timestamp', 'duration'):
        raise Fail('no order')
    if isinstance(a, Moment):
        a, b = a.ns, b.ns
    return (a > b) - (a < b)


# ---- parts -------------------------------------------------------------------


def find(container, key):
    """The part of a list or map at a key, ABSENT if it has none."""
    if type(container) is Map:
        found = key_of(key)
        return ABSENT if found is None else container.pairs.get(
            found, (None, ABSENT))[1]
    if type(container) is not list or type(key) not in NUMBERS:
        raise Fail('no index')
    if type(key) is float and key_of(key) is None:
        raise Fail('no whole number')
    return container[int(key)] if 0 <= key < len(container) else ABSENT


def present(m, key):
    """Whether a map has a key. An unknown value may turn out to be absent."""
    v = find(m, key)
    return v if type(v) is Unknown else v is not ABSENT
