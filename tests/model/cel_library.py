"""CEL's operators, standard functions and extensions, as a table by signature.

From cel-spec's doc/langdef.md, "Standard Definitions", doc/extensions/, and
what cel-go documents of its extensions. Where these are silent, a comment says
who decided. An argument is never an error or unknown, but may hold unknowns.
"""
import ipaddress
import math
import re
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cel_values import (
    ABSENT, INT_MAX, INT_MIN, NONE, NUMBERS, UINT_MAX, Cidr, Duration, Error, Fail, Ip,
    Map, Moment, Optional, Timestamp, Type, Uint, Unknown, blocked, compare, compare_numbers,
    equal, kind, member, type_of)

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
    """RE2's syntax as far as it is Python's too, which the generator keeps to."""
    if re.search(r'\\[^\0-\x7f]', pattern):
        raise Fail('escapes are for ASCII')
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
    # RFC 3339 allows t and z; Go does not.
    m = re.fullmatch(r'(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?'
                     r'(?:[Zz]|([+-])(\d\d):(\d\d))', s, re.ASCII)
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
