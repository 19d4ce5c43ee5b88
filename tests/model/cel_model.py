"""The Common Expression Language once more: a slow evaluator of trees.

Written from the language definition (cel-spec, doc/langdef.md and
doc/extensions/) and what cel-go documents of its extensions, sharing no code
with src/cel. Where the definition is silent, a comment says who decided. It
has no parser: a tree is made of tuples, whose first member tells the sort.

    ('lit', value)                     ('list', [(element, optional)])
    ('name', 'x')                      ('map', [(key, value, optional)])
    ('root', 'x')              .x      ('and', a, b)  ('or', a, b)
    ('select', e, 'f')         e.f     ('if', condition, a, b)
    ('optselect', e, 'f')      e.?f    ('op', '+', [a, b])  ('op', '!', [a])
    ('has', e, 'f')       has(e.f)     ('call', 'math.abs', [a])
    ('index', e, i)           e[i]     ('method', 'size', e, [arguments])
    ('optindex', e, i)       e[?i]     ('bind', 'x', init, body)
    ('macro', 'all', range, names, bodies)
    ('opt', 'optMap', e, 'x', body)    ('block', [elements], body)

Values are Python's own where they can be: None, bool, int, float, str, bytes,
list; the rest are the classes below. An error and an unknown are values too.
"""
import ipaddress
import math
import re
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

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


# ---- the table of functions --------------------------------------------------

FUNCTIONS = {}  # 'string.size()', 'int + int', '- int', 'math.abs(int)'
ANY = {}        # those that take whatever comes, by name


def define(signatures, call):
    for signature in signatures.split('; '):
        FUNCTIONS[signature] = call


def apply(name, signature, args):
    """A function's value of parts, each evaluated whatever the others are."""
    stopped = blocked(args)
    if stopped is not None:
        return stopped
    call = ANY.get(name) or FUNCTIONS.get(signature(*map(kind, args)))
    try:
        return call(*args) if call else Error('no such overload')
    except Fail as e:
        return Error(str(e))


# ---- arithmetic --------------------------------------------------------------


def whole(make, low, high):
    """The integers of a type: what leaves it is an error."""
    def check(n):
        if not low <= n <= high:
            raise Fail('out of range')
        return make(n)
    return check


to_int64 = whole(int, INT_MIN, INT_MAX)
to_uint64 = whole(Uint, 0, UINT_MAX)
to_duration = whole(Duration, INT_MIN, INT_MAX)
FIRST, LAST = -62135596800 * 10**9, 253402300800 * 10**9 - 1
to_timestamp = whole(Timestamp, FIRST, LAST)


def divide(a, b):
    """Toward zero."""
    if b == 0:
        raise Fail('division by zero')
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def divide_doubles(a, b):
    if b != 0:
        return a / b
    if a == 0 or math.isnan(a):
        return math.nan
    return math.copysign(math.inf, a) * math.copysign(1.0, b)


def define_whole(k, check):
    define(f'{k} + {k}', lambda a, b: check(a + b))
    define(f'{k} - {k}', lambda a, b: check(a - b))
    define(f'{k} * {k}', lambda a, b: check(a * b))
    define(f'{k} / {k}', lambda a, b: check(divide(a, b)))
    # MIN % -1 overflows as MIN / -1 does.
    define(f'{k} % {k}', lambda a, b: check(a - b * check(divide(a, b))))


define_whole('int', to_int64)
define_whole('uint', to_uint64)
define('- int', lambda a: to_int64(-a))
define('- double', lambda a: -a)
define('double + double; string + string; bytes + bytes; list + list',
       lambda a, b: a + b)
define('double - double', lambda a, b: a - b)
define('double * double', lambda a, b: a * b)
define('double / double', divide_doubles)
define('timestamp + duration; duration + timestamp',
       lambda a, b: to_timestamp(a.ns + b.ns))
define('timestamp - duration', lambda a, b: to_timestamp(a.ns - b.ns))
define('duration + duration', lambda a, b: to_duration(a.ns + b.ns))
define('duration - duration; timestamp - timestamp',
       lambda a, b: to_duration(a.ns - b.ns))
define('! bool', lambda a: not a)


def negate(same):
    return same if type(same) is Unknown else not same


def in_container(a, container):
    if type(container) not in (list, Map):
        raise Fail('in takes a list or a map')
    return member(a, container)


def ordered(test):
    """An order that NaN makes false."""
    def call(a, b):
        order = compare(a, b)
        return order is not None and test(order)
    return call


ANY.update({
    '==': equal,
    '!=': lambda a, b: negate(equal(a, b)),
    'in': in_container,
    '<': ordered(lambda order: order < 0),
    '<=': ordered(lambda order: order <= 0),
    '>': ordered(lambda order: order > 0),
    '>=': ordered(lambda order: order >= 0),
})

# ---- conversions and the standard functions ----------------------------------


def double_to_whole(check):
    def call(d):
        # The bounds are exclusive, so that both ends of int64 are refused.
        if not math.isfinite(d) or not -2.0**63 < d < 2.0**64:
            raise Fail('out of range')
        if check is to_int64 and d >= 2.0**63:
            raise Fail('out of range')
        return check(int(d))
    return call


def text_to_whole(pattern, check):
    def call(s):
        if not re.fullmatch(pattern, s):
            raise Fail('not a number')
        return check(int(s))
    return call


def text_to_double(s):
    if s in ('NaN', 'Infinity', '-Infinity'):
        return float(s)
    if not re.fullmatch(r'[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?', s):
        raise Fail('not a number')
    d = float(s)
    if math.isinf(d):  # silent; Go's ParseFloat refuses
        raise Fail('out of range')
    return d


def double_text(d, exponents=True):
    """The fewest digits that read back. The layout is nobody's: string() here
    is laid out as ECMAScript does it, format's %s never has an exponent."""
    if math.isnan(d) or math.isinf(d):
        return 'NaN' if math.isnan(d) else 'Infinity' if d > 0 else '-Infinity'
    sign = '-' if math.copysign(1, d) < 0 else ''
    mantissa, _, exponent = repr(abs(d)).partition('e')
    before, _, after = mantissa.partition('.')
    digits = (before + after).lstrip('0')
    point = len(digits) - len(after) + int(exponent or 0)
    digits = digits.rstrip('0')
    if digits == '':
        digits, point = '0', 1
    if exponents and not -6 < point <= 21:
        rest = '.' + digits[1:] if len(digits) > 1 else ''
        return f'{sign}{digits[0]}{rest}e{point - 1:+d}'
    if point <= 0:
        return f'{sign}0.{"0" * -point}{digits}'
    if point >= len(digits):
        return sign + digits + '0' * (point - len(digits))
    return f'{sign}{digits[:point]}.{digits[point:]}'


def decode_utf8(b):
    try:
        return b.decode('utf-8')
    except UnicodeDecodeError:
        raise Fail('not UTF-8') from None


def text_to_bool(s):
    if s in ('1', 't', 'true', 'TRUE', 'True'):
        return True
    if s in ('0', 'f', 'false', 'FALSE', 'False'):
        return False
    raise Fail('not a bool')


def matches(s, pattern):
    try:  # RE2's $ is the end, Python's may come before a line end
        return re.search(pattern.replace('$', r'\Z'), s, re.ASCII) is not None
    except re.error:
        raise Fail('not a pattern') from None


def identity(v):
    return v


define('size(string); size(bytes); size(list); string.size(); bytes.size(); '
       'list.size()', len)
define('size(map); map.size()', lambda m: len(m.pairs))
define('bool(bool); bytes(bytes); double(double); duration(duration); '
       'int(int); string(string); timestamp(timestamp); uint(uint)', identity)
define('int(uint)', lambda n: to_int64(int(n)))
define('int(double)', double_to_whole(to_int64))
define('int(string)', text_to_whole('[+-]?[0-9]+', to_int64))
define('int(timestamp)', lambda t: t.ns // 10**9)
define('uint(int)', to_uint64)
define('uint(double)', double_to_whole(to_uint64))
define('uint(string)', text_to_whole('[0-9]+', to_uint64))
define('double(int); double(uint)', float)
define('double(string)', text_to_double)
define('string(bool)', lambda b: 'true' if b else 'false')
define('string(int); string(uint)', lambda n: str(int(n)))
define('string(double)', double_text)
define('string(bytes)', decode_utf8)
define('bytes(string)', lambda s: s.encode('utf-8'))
define('bool(string)', text_to_bool)
define('string.contains(string)', lambda s, t: t in s)
define('string.startsWith(string)', lambda s, t: s.startswith(t))
define('string.endsWith(string)', lambda s, t: s.endswith(t))
define('string.matches(string); matches(string,string)', matches)
ANY.update({
    'type': type_of,
    'dyn': identity,
})

# ---- times -------------------------------------------------------------------

EPOCH = datetime(1970, 1, 1)
UNITS = {'h': 3600 * 10**9, 'm': 60 * 10**9, 's': 10**9, 'ms': 10**6,
         'us': 1000, 'ns': 1}


def days(year, month, day):
    """Days since 1970 in the calendar that never changed."""
    shift = (year - 2000) // 400  # a datetime needs years from 1 to 9999
    moment = datetime(year - 400 * shift, month, day)
    return (moment - EPOCH).days + 146097 * shift


def civil(ns):
    """A datetime with the fields of an instant, and the years to add to it."""
    seconds = ns // 10**9
    shift = (seconds // 86400 - 10957) // 146097
    return EPOCH + timedelta(seconds=seconds - shift * 146097 * 86400), shift * 400


def text_to_timestamp(s):
    m = re.fullmatch(r'(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?'
                     r'(?:Z|([+-])(\d\d):(\d\d))', s, re.ASCII)
    if not m:
        raise Fail('not a timestamp')
    year, month, day, hour, minute, second = (int(m[i]) for i in range(1, 7))
    if hour > 23 or minute > 59 or second > 59:
        raise Fail('not a time')
    try:
        seconds = days(year, month, day) * 86400
    except ValueError:
        raise Fail('not a date') from None
    seconds += hour * 3600 + minute * 60 + second
    if m[8]:
        if int(m[9]) > 23 or int(m[10]) > 59:
            raise Fail('not an offset')
        offset = int(m[9]) * 3600 + int(m[10]) * 60
        seconds += -offset if m[8] == '+' else offset
    nanos = int(((m[7] or '') + '0' * 9)[:9])
    return to_timestamp(seconds * 10**9 + nanos)


def text_to_duration(s):
    sign, rest = (s[0], s[1:]) if s[:1] in ('+', '-') else ('', s)
    if rest == '0':
        return Duration(0)
    number = r'([0-9]+\.?[0-9]*|\.[0-9]+)(h|ms|m|s|us|ns)'
    if not re.fullmatch(f'({number})+', rest):
        raise Fail('not a duration')
    ns = 0
    for digits, unit in re.findall(number, rest):
        before, _, after = digits.partition('.')
        scale = 10**len(after)
        ns += int(before + after or '0') * UNITS[unit] // scale
    return to_duration(-ns if sign == '-' else ns)


def fraction(ns):
    return f'.{ns % 10**9:09d}'.rstrip('0').rstrip('.')


def timestamp_text(t):
    moment, more = civil(t.ns)
    return (f'{moment.year + more:04d}-{moment:%m-%dT%H:%M:%S}'
            f'{fraction(t.ns)}Z')


def duration_text(d):
    sign = '-' if d.ns < 0 else ''
    return f'{sign}{abs(d.ns) // 10**9}{fraction(abs(d.ns))}s'


def zone_offset(ns, zone):
    """Seconds east of UTC at an instant."""
    m = re.fullmatch(r'([+-]?)(\d\d):(\d\d)', zone, re.ASCII)
    if m:
        seconds = int(m[2]) * 3600 + int(m[3]) * 60
        return -seconds if m[1] == '-' else seconds
    try:
        tz = ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        raise Fail('no such zone') from None
    # The first and last years are beyond Python's zones; 400 years have the
    # same calendar, and the rules of the ends do not change.
    moment, more = civil(ns)
    year = moment.year + more
    inside = year + 400 if year < 2 else year - 400 if year > 9998 else year
    there = moment.replace(year=inside, tzinfo=ZoneInfo('UTC')).astimezone(tz)
    return round(there.utcoffset().total_seconds())


FIELDS = {
    'getFullYear': lambda d, ns: d.year,
    'getMonth': lambda d, ns: d.month - 1,
    'getDate': lambda d, ns: d.day,
    'getDayOfMonth': lambda d, ns: d.day - 1,
    'getDayOfWeek': lambda d, ns: d.isoweekday() % 7,
    'getDayOfYear': lambda d, ns: d.timetuple().tm_yday - 1,
    'getHours': lambda d, ns: d.hour,
    'getMinutes': lambda d, ns: d.minute,
    'getSeconds': lambda d, ns: d.second,
    'getMilliseconds': lambda d, ns: ns % 10**9 // 10**6,
}


def field_of_time(name):
    def call(t, zone='+00:00'):
        ns = t.ns + zone_offset(t.ns, zone) * 10**9
        moment, more = civil(ns)
        return FIELDS[name](moment, ns) + (more if name == 'getFullYear' else 0)
    return call


for _name in FIELDS:
    define(f'timestamp.{_name}(); timestamp.{_name}(string)',
           field_of_time(_name))
define('duration.getHours()', lambda d: divide(d.ns, UNITS['h']))
define('duration.getMinutes()', lambda d: divide(d.ns, UNITS['m']))
define('duration.getSeconds()', lambda d: divide(d.ns, UNITS['s']))
define('duration.getMilliseconds()', lambda d: divide(
    d.ns - divide(d.ns, 10**9) * 10**9, UNITS['ms']))
define('timestamp(string)', text_to_timestamp)
define('timestamp(int)', lambda n: to_timestamp(n * 10**9))
define('duration(string)', text_to_duration)
define('string(timestamp)', timestamp_text)
define('string(duration)', duration_text)

# ---- optionals ---------------------------------------------------------------


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


def find_field(container, field):
    if type(container) is not Map:
        raise Fail('no field')
    return find(container, field)


def optional_of(v):
    return v if type(v) is Unknown else Optional(v)


def reach(how, container, key, optional):
    """e[key] and e.key: after an optional the result is one too."""
    if type(container) is Optional:
        if container.value is ABSENT:
            return NONE
        container, optional = container.value, True
    v = how(container, key)
    if optional:
        return optional_of(v)
    if v is ABSENT:
        raise Fail('no such key')
    return v


def present(m, key):
    """Whether a map has a key. An unknown value may turn out to be absent."""
    v = find(m, key)
    return v if type(v) is Unknown else v is not ABSENT


def has(container, field):
    if type(container) is Optional:
        if container.value is ABSENT:
            return False
        container = container.value
    if type(container) is not Map:
        raise Fail('no field')
    return present(container, field)


def is_zero(v):
    if type(v) is Map:
        return not v.pairs
    if isinstance(v, Moment):  # of timestamps cel-go has year 1, cel-cpp 1970
        return v.ns == 0
    if type(v) is Optional:
        return v.value is ABSENT
    return type(v) in (type(None), bool, int, Uint, float, str, bytes, list
                       ) and not v


def value_of(o):
    if o.value is ABSENT:
        raise Fail('none has no value')
    return o.value


ANY['optional.of'] = Optional
ANY['optional.ofNonZeroValue'] = lambda v: NONE if is_zero(v) else Optional(v)
define('optional.none()', lambda: NONE)
define('optional_type.hasValue()', lambda o: o.value is not ABSENT)
define('optional_type.value()', value_of)

# ---- strings -----------------------------------------------------------------

UPPER, LOWER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'
SPACE = ('\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000' +
         ''.join(map(chr, range(0x2000, 0x200b))))
ESCAPES = str.maketrans({
    '\a': r'\a', '\b': r'\b', '\f': r'\f', '\n': r'\n', '\r': r'\r',
    '\t': r'\t', '\v': r'\v', '\\': r'\\', '"': r'\"'})


def within(s, i):
    if not 0 <= i <= len(s):
        raise Fail('index out of range')
    return i


def substring(s, start, end=None):
    end = len(s) if end is None else end
    if within(s, start) > within(s, end):
        raise Fail('start after end')
    return s[start:end]


def last_index(s, t, at=None):
    at = len(s) if at is None else within(s, at)
    return s.rfind(t, 0, at + len(t))


def split(s, separator, limit=-1):
    if limit == 0:
        return []
    if separator == '':  # Go: into code points, the last piece the rest
        if limit < 0 or limit >= len(s):
            return list(s)
        return list(s[:limit - 1]) + [s[limit - 1:]]
    return s.split(separator, limit - 1 if limit > 0 else -1)


def join(parts, separator=''):
    if any(type(p) not in (str, Unknown) for p in parts):
        raise Fail('join takes strings')
    return blocked(parts) or separator.join(parts)


define('string.charAt(int)', lambda s, i: s[within(s, i):i + 1])
define('string.indexOf(string); string.indexOf(string,int)',
       lambda s, t, at=0: s.find(t, within(s, at)))
define('string.lastIndexOf(string); string.lastIndexOf(string,int)', last_index)
define('string.lowerAscii()', lambda s: s.translate(str.maketrans(UPPER, LOWER)))
define('string.upperAscii()', lambda s: s.translate(str.maketrans(LOWER, UPPER)))
define('string.replace(string,string); string.replace(string,string,int)',
       lambda s, old, new, limit=-1: s.replace(old, new, max(limit, -1)))
define('string.reverse()', lambda s: s[::-1])
define('string.split(string); string.split(string,int)', split)
define('string.substring(int); string.substring(int,int)', substring)
define('string.trim()', lambda s: s.strip(SPACE))
define('list.join(); list.join(string)', join)
define('strings.quote(string)', lambda s: f'"{s.translate(ESCAPES)}"')

# ---- format ------------------------------------------------------------------


def printed(v):
    """%s; an Unknown for what has unknown parts."""
    if type(v) in (str, Unknown):
        return v
    if type(v) is bytes:
        # One replacement for a run of invalid bytes.
        return re.sub('[\udc80-\udcff]+', '\ufffd',
                      v.decode('utf-8', 'surrogateescape'))
    if type(v) is list:
        parts = [printed(e) for e in v]
        return blocked(parts) or f'[{", ".join(parts)}]'
    if type(v) is Map:
        pairs = [(printed(k), printed(e)) for k, e in v.pairs.values()]
        pairs.sort(key=lambda pair: pair[0])
        return blocked([e for _, e in pairs]) or '{%s}' % ', '.join(
            f'{k}: {e}' for k, e in pairs)
    if type(v) is Type:
        return v.name
    if v is None:
        return 'null'
    if type(v) is float:
        return double_text(v, exponents=False)
    text = FUNCTIONS.get(f'string({kind(v)})')
    if text is None or type(v) in (Ip, Cidr):
        raise Fail('no text')
    return text(v)


def based(letter):
    """%b %o %x %X of integers."""
    def call(v):
        if letter == 'b' and type(v) is bool:
            return '01'[v]
        if letter in 'xX' and type(v) in (str, bytes):
            text = (v.encode() if type(v) is str else v).hex()
            return text.upper() if letter == 'X' else text
        if type(v) not in (int, Uint):
            raise Fail('not an integer')
        return format(int(v), letter)
    return call


def floating(letter, precision):
    def call(v):
        if type(v) not in NUMBERS:
            raise Fail('not a number')
        if not math.isfinite(v):
            return double_text(v)
        return format(float(v), f'.{precision}{letter}')
    return call


def decimal(v):
    if type(v) not in NUMBERS:
        raise Fail('not a number')
    return printed(v)


CLAUSES = {'s': printed, 'd': decimal, 'b': based('b'), 'o': based('o'),
           'x': based('x'), 'X': based('X')}


def format_text(s, args):
    out, at, used = [], 0, 0
    while at < len(s):
        if s[at] != '%':
            out.append(s[at])
            at += 1
            continue
        # The definition gives only f and e a precision; cel-go reads over one
        # elsewhere.
        m = re.compile(r'%(?:%|([sdboxX])|(?:\.([0-9]+))?([fe]))').match(s, at)
        if not m:
            raise Fail('no such clause')
        at = m.end()
        if m[0] == '%%':
            out.append('%')
            continue
        if used == len(args):
            raise Fail('too few arguments')
        v = args[used]
        used += 1
        clause = CLAUSES[m[1]] if m[1] else floating(m[3], m[2] or 6)
        out.append(v if type(v) is Unknown else clause(v))
    return blocked(out) or ''.join(out)


define('string.format(list)', format_text)

# ---- math --------------------------------------------------------------------


def extreme(wanted):
    """greatest and least: of equal ones the first, which keeps its type."""
    def call(numbers):
        if not numbers or any(type(n) not in NUMBERS | {Unknown}
                              for n in numbers):
            raise Fail('takes numbers')
        unknown = blocked(numbers)
        if unknown is not None:
            return unknown
        best = numbers[0]
        for n in numbers[1:]:
            if compare_numbers(n, best) == wanted:
                best = n
        return best
    return call


def rounded(how):
    def call(d):
        return math.copysign(float(how(d)), d) if math.isfinite(d) else d
    return call


def half_away(d):
    whole_part = math.trunc(d)
    return whole_part + (math.copysign(1, d) if abs(d - whole_part) >= 0.5 else 0)


def sign(v):
    if v != v:
        return v
    return type(v)((v > 0) - (v < 0))


def wrapped(n):
    return (n - INT_MIN) % 2**64 + INT_MIN


def shifted(make, move):
    def call(n, by):
        if by < 0:
            raise Fail('negative shift')
        return make(move(int(n) & UINT_MAX, min(by, 64)) & UINT_MAX)
    return call


ANY['math.greatest'] = lambda *v: extreme(1)(
    v[0] if len(v) == 1 and type(v[0]) is list else v)
ANY['math.least'] = lambda *v: extreme(-1)(
    v[0] if len(v) == 1 and type(v[0]) is list else v)
define('math.ceil(double)', rounded(math.ceil))
define('math.floor(double)', rounded(math.floor))
define('math.round(double)', rounded(half_away))
define('math.trunc(double)', rounded(math.trunc))
define('math.sqrt(double); math.sqrt(int); math.sqrt(uint)',
       lambda v: math.sqrt(v) if v >= 0 else math.nan)
define('math.isNaN(double)', math.isnan)
define('math.isInf(double)', math.isinf)
define('math.isFinite(double)', math.isfinite)
define('math.abs(int)', lambda n: to_int64(abs(n)))
define('math.abs(uint)', identity)
define('math.abs(double)', abs)
define('math.sign(int); math.sign(uint); math.sign(double)', sign)


def define_bits(k, make):
    define(f'math.bitAnd({k},{k})', lambda a, b: make(a & b))
    define(f'math.bitOr({k},{k})', lambda a, b: make(a | b))
    define(f'math.bitXor({k},{k})', lambda a, b: make(a ^ b))
    define(f'math.bitNot({k})', lambda n: make(~n & UINT_MAX))
    define(f'math.bitShiftLeft({k},int)', shifted(make, lambda n, by: n << by))
    define(f'math.bitShiftRight({k},int)', shifted(make, lambda n, by: n >> by))


define_bits('int', wrapped)
define_bits('uint', Uint)

# ---- base64 and addresses ----------------------------------------------------


def base64_decode(s):
    # Go's decoder, which cel-go uses: padding whole or missing.
    if not re.fullmatch('[A-Za-z0-9+/]*={0,2}', s):
        raise Fail('not base64')
    bare = s.rstrip('=')
    if len(bare) % 4 == 1 or (bare != s and len(s) % 4):
        raise Fail('not base64')
    return b64decode(bare + '=' * (-len(bare) % 4))


def address(s):
    try:
        a = ipaddress.ip_address(s) if '%' not in s else None
    except ValueError:
        a = None
    if a is None or (a.version == 6 and a.ipv4_mapped and '.' in s):
        raise Fail('not an address')
    # Mapped addresses in hexadecimal are the IPv4 address (conformance).
    return a.ipv4_mapped if a.version == 6 and a.ipv4_mapped else a


def text_to_cidr(s):
    text, slash, bits = s.partition('/')
    if not re.fullmatch('0|[1-9][0-9]{0,2}', bits):
        raise Fail('not a network')
    a = address(text)
    if int(bits) > a.max_prefixlen:
        raise Fail('prefix too long')
    return Cidr(a, int(bits))


def works(read):
    def call(s):
        try:
            read(s)
            return True
        except Fail:
            return False
    return call


def in_range(a, *ranges):
    return any(a in ipaddress.ip_network(r) for r in ranges)


def is_loopback(a):
    return in_range(a, '127.0.0.0/8', '::1/128')


def is_link_unicast(a):
    return in_range(a, '169.254.0.0/16', 'fe80::/10')


def is_link_multicast(a):
    """Go looks at the scope of IPv6 multicast, not at its flags."""
    if a.version == 4:
        return in_range(a, '224.0.0.0/24')
    return a.packed[0] == 0xff and a.packed[1] & 0xf == 2


def is_global(a):
    return not (int(a) == 0 or is_loopback(a) or is_link_unicast(a) or
                in_range(a, '224.0.0.0/4', 'ff00::/8', '255.255.255.255/32'))


def contains_cidr(outer, inner):
    return (outer.bits <= inner.bits and
            inner.address in outer.network())


define('base64.encode(bytes)', lambda b: b64encode(b).decode())
define('base64.decode(string)', base64_decode)
define('ip(string)', lambda s: Ip(address(s)))
define('cidr(string)', text_to_cidr)
define('isIP(string)', works(address))
define('isCIDR(string)', works(text_to_cidr))
define('ip.isCanonical(string)', lambda s: str(address(s)) == s)
define('string(net.IP)', lambda i: str(i.address))
define('string(net.CIDR)', lambda c: f'{c.address}/{c.bits}')
define('net.IP.family()', lambda i: i.address.version)
define('net.IP.isUnspecified()', lambda i: int(i.address) == 0)
define('net.IP.isLoopback()', lambda i: is_loopback(i.address))
define('net.IP.isGlobalUnicast()', lambda i: is_global(i.address))
define('net.IP.isLinkLocalMulticast()', lambda i: is_link_multicast(i.address))
define('net.IP.isLinkLocalUnicast()', lambda i: is_link_unicast(i.address))
define('net.CIDR.containsIP(net.IP)', lambda c, i: i.address in c.network())
define('net.CIDR.containsIP(string)', lambda c, s: address(s) in c.network())
define('net.CIDR.containsCIDR(net.CIDR)', contains_cidr)
define('net.CIDR.containsCIDR(string)',
       lambda c, s: contains_cidr(c, text_to_cidr(s)))
define('net.CIDR.ip()', lambda c: Ip(c.address))
define('net.CIDR.masked()', lambda c: Cidr(c.network().network_address, c.bits))
define('net.CIDR.prefixLength()', lambda c: c.bits)

# ---- evaluation --------------------------------------------------------------


class Scope:
    """What names mean: the given variables, then those of macros."""

    def __init__(self, variables, container='', inner=None):
        self.variables, self.container = variables, container
        self.inner = inner or {}

    def within(self, names, values):
        return Scope(self.variables, self.container,
                     {**self.inner, **dict(zip(names, values))})

    def resolve(self, names, absolute):
        """The variable or type that the longest prefix of a chain names, for
        each enclosing namespace in turn, and how long that prefix is."""
        spaces = self.container.split('.') if self.container else []
        for depth in range(0 if absolute else len(spaces), -1, -1):
            for count in range(len(names), 0, -1):
                full = '.'.join(spaces[:depth] + names[:count])
                if full in self.variables:
                    return self.variables[full], count
                if full in TYPES:
                    return TYPES[full], count
        return Error('no variable ' + names[0]), len(names)


class Lazy:
    """An expression that is evaluated when it is first read, and once."""

    def __init__(self, tree, scope):
        self.tree, self.scope, self.value = tree, scope, None

    def force(self):
        if self.scope is not None:
            self.value, self.scope = ev(self.tree, self.scope), None
        return self.value


def ev(tree, scope):
    return EVALUATORS[tree[0]](tree, scope)


def ev_chain(tree, scope):
    """x, .x and e.f: a chain of plain selections from a free variable may name
    a variable with dots; one from a macro's variable is selections alone."""
    fields, root = [], tree
    while root[0] == 'select':
        fields.insert(0, root[2])
        root = root[1]
    if root[0] == 'name' and root[1] in scope.inner:
        v, used = scope.inner[root[1]], 0
        v = v.force() if type(v) is Lazy else v
    elif root[0] in ('name', 'root'):
        v, used = scope.resolve([root[1]] + fields, root[0] == 'root')
        used -= 1
    else:
        v, used = ev(root, scope), 0
    for field in fields[used:]:
        v = guarded(reach, [v], find_field, v, field, False)
    return v


def guarded(call, parts, *args):
    """A strict place that is no function."""
    stopped = blocked(parts)
    if stopped is not None:
        return stopped
    try:
        return call(*args)
    except Fail as e:
        return Error(str(e))


def ev_optselect(tree, scope):
    v = ev(tree[1], scope)
    return guarded(reach, [v], find_field, v, tree[2], True)


def ev_index(tree, scope):
    v, key = ev(tree[1], scope), ev(tree[2], scope)
    return guarded(reach, [v, key], find, v, key, tree[0] == 'optindex')


def ev_has(tree, scope):
    v = ev(tree[1], scope)
    return guarded(has, [v], v, tree[2])


def held(v, optional):
    """[value] of an entry, or [] of an optional entry without one."""
    if not optional or type(v) in (Error, Unknown):
        return [v]
    if type(v) is not Optional:
        return [Error('? takes an optional')]
    return [] if v.value is ABSENT else [v.value]


def ev_list(tree, scope):
    parts = [held(ev(e, scope), optional) for e, optional in tree[1]]
    parts = [v for part in parts for v in part]
    return blocked(parts) or parts


def ev_map(tree, scope):
    """What is wrong with the keys is an error whatever the values are."""
    parts, pairs, seen = [], [], set()
    for key, value, optional in tree[1]:
        key, values = ev(key, scope), held(ev(value, scope), optional)
        parts += [key] + values
        for v in values:
            if type(key) is Unknown or (optional and type(v) is Unknown):
                continue
            if type(key) is float or key_of(key) is None:
                parts.append(Error('no key'))
            if key_of(key) in seen:
                parts.append(Error('repeated key'))
            seen.add(key_of(key))
            pairs.append((key, v))
    return blocked(parts) or Map(pairs)


def combine(decider, a, b):
    """&& and ||, whose decider is false or true: a side that decides wins, then
    unknowns, then errors; what is no bool is an error."""
    if a is decider or b is decider:
        return decider
    unknowns = [v for v in (a, b) if type(v) is Unknown]
    if unknowns:
        return merge(unknowns)
    for v in (a, b):
        if type(v) is not bool:
            return v if type(v) is Error else Error('not a bool')
    return not decider


def ev_logic(tree, scope):
    decider = tree[0] == 'or'
    a = ev(tree[1], scope)
    return a if a is decider else combine(decider, a, ev(tree[2], scope))


def condition(v):
    """A bool that nothing absorbs."""
    return v if type(v) in (bool, Error, Unknown) else Error('not a bool')


def ev_if(tree, scope):
    chosen = condition(ev(tree[1], scope))
    if type(chosen) is not bool:
        return chosen
    return ev(tree[2] if chosen else tree[3], scope)


def ev_op(tree, scope):
    name, args = tree[1], [ev(a, scope) for a in tree[2]]
    return apply(name, lambda *k: f'{name} {k[0]}' if len(k) == 1 else
                 f'{k[0]} {name} {k[1]}', args)


def ev_call(tree, scope):
    name = tree[1]
    if name not in NAMES:
        return Error('no such function')
    return apply(name, lambda *k: f'{name}({",".join(k)})',
                 [ev(a, scope) for a in tree[2]])


def ev_method(tree, scope):
    name, target = tree[1], ev(tree[2], scope)
    if name in ('or', 'orValue') and type(target) in (Optional, Error, Unknown):
        return ev_or(name, target, tree[3][0], scope)
    if name not in NAMES:
        return Error('no such function')
    return apply(None, lambda k, *more: f'{k}.{name}({",".join(more)})',
                 [target] + [ev(a, scope) for a in tree[3]])


def ev_or(name, o, other, scope):
    """or and orValue do not evaluate what they do not need. Of an unknown nobody
    can tell yet: an error behind it is none, an unknown may come to matter."""
    if type(o) is Optional and o.value is not ABSENT:
        return o if name == 'or' else o.value
    v = ev(other, scope)
    if type(o) is not Optional:
        return blocked([o, v if type(v) is Unknown else None])
    if name == 'or' and type(v) not in (Optional, Error, Unknown):
        return Error('or takes an optional')
    return v


def elements(v, count):
    """What a macro with one or two variables goes through."""
    if type(v) is list:
        return [(e,) for e in v] if count == 1 else list(enumerate(v))
    if type(v) is Map:
        return [pair[:count] for pair in v.pairs.values()]
    raise Fail('no range')


def ev_macro(tree, scope):
    _, name, of, names, bodies = tree
    v = ev(of, scope)
    items = guarded(elements, [v], v, len(names))
    if type(items) is not list:
        return items
    scopes = [scope.within(names, item) for item in items]
    if name in ('all', 'exists'):
        decider = name == 'exists'
        result = not decider
        for inner in scopes:
            result = combine(decider, result, ev(bodies[0], inner))
        return result
    return ev_collect(name, items, names, bodies, scopes)


def ev_collect(name, items, names, bodies, scopes):
    """The macros that absorb nothing and never stop early. Over a map, keys
    come in order of insertion (the definition leaves it open)."""
    filters = bodies if name in ('exists_one', 'existsOne', 'filter') else bodies[:-1]
    parts, kept = [], []
    for item, inner in zip(items, scopes):
        chosen = condition(ev(filters[0], inner)) if filters else True
        parts.append(chosen)
        if chosen is True:
            v = item[0] if filters is bodies else ev(bodies[-1], inner)
            # exists_one only counts; the others put v into a list or a map.
            parts.append(v if name not in ('exists_one', 'existsOne') else True)
            kept.append((item[0], v))
    stopped = blocked(parts)
    if stopped is not None:
        return stopped
    if name in ('exists_one', 'existsOne'):
        return len(kept) == 1
    return Map(kept) if name == 'transformMap' else [v for _, v in kept]


def ev_bind(tree, scope):
    return ev(tree[3], scope.within([tree[1]], [Lazy(tree[2], scope)]))


def ev_block(tree, scope):
    for i, e in enumerate(tree[1]):
        scope = scope.within([f'@index{i}'], [Lazy(e, scope)])
    return ev(tree[2], scope)


def ev_opt(tree, scope):
    o = ev(tree[2], scope)
    if type(o) is not Optional:
        return o if type(o) in (Error, Unknown) else Error('no optional')
    if o.value is ABSENT:
        return NONE
    v = ev(tree[4], scope.within([tree[3]], [o.value]))
    return v if tree[1] == 'optFlatMap' else guarded(Optional, [v], v)


EVALUATORS = {
    'lit': lambda tree, scope: tree[1],
    'name': ev_chain, 'root': ev_chain, 'select': ev_chain,
    'optselect': ev_optselect, 'index': ev_index, 'optindex': ev_index,
    'has': ev_has, 'list': ev_list, 'map': ev_map, 'and': ev_logic,
    'or': ev_logic, 'if': ev_if, 'op': ev_op, 'call': ev_call,
    'method': ev_method, 'macro': ev_macro, 'bind': ev_bind,
    'block': ev_block, 'opt': ev_opt,
}
NAMES = {*ANY, 'or', 'orValue'} | {
    name for s in FUNCTIONS for name in re.findall(r'([\w.]+)\(', s)
    for name in (name, name.rpartition('.')[2])}


def evaluate(tree, variables, container=''):
    return ev(tree, Scope(variables, container))
