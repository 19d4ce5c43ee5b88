#!/usr/bin/python3
"""Makes cases for cel-model: expressions, what they see, and what they give.

    generate.py [--seed S] [--first I] [--step K] [--count N] [--seconds T]
                [--coverage]

One JSON object a line, {"done": N} the last. Case I of seed S is the same on
every machine and whatever was made before it, so that `--seed S --first I
--count 1` shows it.

    source     the expression
    container  the namespace of its names, if any
    bindings   variables as the evaluator gets them: values are written as the
               conformance suite's, {"unknown": path} stands for a missing one
    result     what the model gives: {"error": true}, {"unknown": [paths]}, or
               a value
    truth      the variables with nothing missing (absent: nothing is)
    verdict    what the model gives on these
    types      the variables' types; with `checked`, the expression has been
               made to satisfy a type checker that knows them; with `exact`,
               no dyn hides what its own type is
"""
import argparse
import json
import math
import random
import re
import sys
import time
from base64 import b64encode
from collections import Counter

import cel_library as library
import cel_model as model
import cel_values as values
from cel_values import ABSENT, Duration, Map, Timestamp, Uint, Unknown
from printer import source

# ---- values as JSON ----------------------------------------------------------


def to_json(v):
    k = values.KINDS.get(type(v))
    if k in ('bool', 'string'):
        return {k: v}
    if k in ('int', 'uint'):
        return {k: str(int(v))}
    if k == 'double':
        return {k: repr(v) if math.isfinite(v) else library.double_text(v)}
    if k == 'null_type':
        return {'null': None}
    if k == 'list':
        return {k: [to_json(e) for e in v]}
    if k == 'map':
        return {k: [[to_json(a), to_json(b)] for a, b in v.pairs.values()]}
    if k == 'bytes':
        return {k: b64encode(v).decode()}
    if k == 'timestamp':
        return {k: library.timestamp_text(v)}
    if k == 'duration':
        return {k: library.duration_text(v)}
    if k == 'type':
        return {k: v.name}
    if k == 'optional_type':
        return {'optional': None if v.value is ABSENT else to_json(v.value)}
    if k == 'net.IP':
        return {'ip': str(v.address)}
    if k == 'net.CIDR':
        return {'cidr': f'{v.address}/{v.bits}'}
    if type(v) is Unknown:
        return {'unknown': sorted(v.paths)}
    return {'error': True}


# ---- what literals are drawn from --------------------------------------------

I64, U64 = 2**63, 2**64
INTS = [0, 1, 2, 3, -1, -2, 5, 7, 10, 63, 64, 255, 1000, -1000]
FAR_INTS = [I64 - 1, -I64, -I64 + 1, I64 - 2, 2**53, 2**53 + 1, 2**53 - 1, -2**53 - 1,
            2**31, 2**32, -2**31, 10**18, 3037000500, 253402300799, -62135596800]
UINTS = [0, 1, 2, 3, 5, 7, 64, 255]
FAR_UINTS = [U64 - 1, U64 - 2, I64, I64 - 1, 2**53, 2**53 + 1, 2**32]
DOUBLES = [0.0, 1.0, 2.0, -1.0, 0.5, 1.5, 2.5, -2.5, 3.0, 0.1, 10.0, 1e3]
FAR_DOUBLES = [-0.0, math.nan, math.inf, -math.inf, 2.0**53, 2.0**53 + 2, 2.0**63,
               -2.0**63, 2.0**64, 2.0**63 - 1024, 1e308, -1e308, 5e-324, 1e-7, 1e-6, 1e21,
               123456789.125, 0.49999999999999994, 1 / 3, 4.35, 1e16, 2.0**-1030]
STRINGS = ['', 'a', 'b', 'ab', 'abc', 'ba', 'x', 'map', 'true', '1', ' a ', 'A', 'aXbX']
FAR_STRINGS = ['지도', 'é', 'e\u0301', '😀', '\0', 'a\0b', '\n', "it's", '"q"', '\\', 'ÿ',
               '\ufffd', '\U0010ffff', '\x7f', '\u2028x', '\u00a0t\u3000', 'aaaa', 'ΑαK',
               ' \t\r\v\f', '%s', '\x85', '\ud7ff', '\x1b', '`', '?']
BYTES = [b'', b'a', b'ab', b'abc', b'\xff', b'\x00', b'\xc3\xa9', b'\xed\xa0\x80', b'a\xff\xfeb',
         b'\xf0\x9f\x98\x80', b'"\'\\', b'\xc3']
TEXTS = {  # those that are, those that are not or not quite
    'number text': (
        ['0', '1', '-1', '42', '007', '9223372036854775807', '-9223372036854775808',
         '9223372036854775808', '18446744073709551615', '1.5', '-0.0', '1e3', 'NaN', 'Infinity',
         '-Infinity', '5e-324', '123456789.123456789', '.5', '5.', '+5'],
        ['18446744073709551616', '1e400', '', ' 1', '1 ', 'x', '0x10', '--1', '1_000']),
    'bool text': (['true', 'false', 'True', 'FALSE', 't', '1', '0', 'f', 'False'],
                  ['tRUE', '', 'yes', 'T', 'F']),
    'timestamp text': (
        ['1970-01-01T00:00:00Z', '2009-02-13T23:31:30Z', '2024-02-29T12:00:00.5Z',
         '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-11-24T01:02:03+09:00',
         '1969-12-31T23:59:59.999999999Z', '2000-12-31T23:59:59-11:30',
         '2024-03-31T01:30:00.000001Z', '1900-03-01T00:00:00Z'],
        ['2023-02-29T00:00:00Z', '9999-12-31T23:59:59-00:01', '0001-01-01T00:00:00+00:01',
         '2024-13-01T00:00:00Z', '2024-01-01', '', '2024-01-01T24:00:00Z',
         '2024-01-01T00:00:60Z', '0000-12-31T23:59:59Z']),
    'duration text': (
        ['0', '0s', '1s', '1.5s', '-1.5s', '1h30m', '1ms', '-1us', '3ns', '90m',
         '9223372036.854775807s', '-9223372036.854775808s', '1h1h', '.5s', '2562047h',
         '1.0000000001s', '-0.999999999s', '1000h', '1m0.25s', '+2s'],
        ['9223372036.854775808s', '1d', '', 's', '1', '2562048h', '1h-1m', ' 1s']),
    'zone': (
        ['UTC', 'Asia/Seoul', 'America/New_York', 'Europe/Paris', 'Australia/Lord_Howe',
         'America/St_Johns', 'Asia/Kathmandu', '+00:00', '-02:30', '+14:00', '09:00', '-00:01',
         'Pacific/Apia', 'Europe/London'],
        ['Nowhere/City', 'not a zone']),
    'ip text': (
        ['127.0.0.1', '10.0.0.1', '192.168.0.1', '0.0.0.0', '255.255.255.255', '224.0.0.5',
         '169.254.1.1', '::', '::1', '2001:db8::1', '2001:DB8::1', 'fe80::1', 'ff02::1',
         'ff12::1', '2001:db8:0:0:1:0:0:1', 'ff01::2', '64:ff9b::1.2.3.4', '0:0:0:0:0:0:0:1',
         'fc00::1'],
        ['1.2.3', '1.2.3.4.5', '256.0.0.1', '01.2.3.4', 'fe80::1%en0', '::ffff:1.2.3.4',
         '1::2::3', '', ':::', '12345::', '1.2.3.4 ']),
    'cidr text': (
        ['10.0.0.0/8', '10.1.2.3/16', '192.168.0.0/24', '192.168.0.1/32', '0.0.0.0/0',
         '2001:db8::/32', '2001:db8::1/64', '::/0', '169.254.0.0/16', '127.0.0.0/8'],
        ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0', '10.0.0.0/08', '10.0.0.0/-1',
         'fe80::1%en0/24', '::1/129', '::ffff:1.2.3.4/96', '', '1.2.3.4/255.0.0.0']),
    'base64 text': (['', 'YQ==', 'YQ', 'YWI=', 'YWI', 'YWJj', '/w==', '+/8=', 'YWJjZA', 'YR=='],
                    ['Y', 'YQ=', 'YQ===', '!!!!', 'Y Q=', '_-8=']),
    'pattern': (
        ['a', '^a', 'b$', '^$', 'a+b?', '[a-c]+', '(a|b)*x', '.', '^.$', r'\d+', r'\w', 'a{2}',
         '[^a]', 'a|', '지', r'\.', '^[a-z]+$', '(?i)AB', r'\x41', '😀|é', r'^\d{4}-\d\d',
         '(?P<n>a)b', r'\W', '', '(?:ab)+', 'a*?b', r'\bab\b'],
        ['(', '*', '[', 'a{2,1}', ')', '\\']),
}
MANY_KEYS = {
    'string': [f'k{i}' for i in range(40)] + STRINGS + FAR_STRINGS,
    'int': list(range(-10, 40)) + FAR_INTS,
    'uint': [Uint(i) for i in [*range(40), *FAR_UINTS]],
}
MIXED_KEYS = [0, 1, 2, 3, -1, Uint(4), Uint(5), Uint(I64), Uint(U64 - 1), -I64, True, False, 'a',
              'b', '1', '', 'kind', 2**53, 2**53 + 1, Uint(2**53 + 2), 'true', 64, Uint(10), '\0']
NAMES = ['a', 'b', 'c', 'x', 'y', 'xs', 'm', 'cargo', 'size', 'e1', '_u', 'type_', 'matches',
         'a.b', 'm.k', 'm.k.x', 'N.a', 'N.M.x', 'cargo.kind', 'M.y']
PLAIN_NAMES = 13
LOCALS = ['x', 'y', 'a', 'i', 'k', 'v', 'size', 'm', '_', 'N', '@it:0:0', '@it:1:0']
FIELDS = ['k', 'kind', 'x', 'a', 'b', 'size', 'scale', 'tags']
ODD_FIELDS = ['content-type', 'a b', 'package', 'if', 'a.b', '9', '/x']

# ---- the functions, as result: spelling(parameters) --------------------------

# Of methods the first parameter is the target. T is any type, # a small int,
# the rest are types or names of TEXTS.
CALLS = '''
int: size(string) size(bytes) size(list(T)) size(map(K,T)) .size(string) .size(bytes)
 .size(list(T)) .size(map(K,T)) int(int) int(uint) int(double) int(number_text) int(timestamp)
 .indexOf(string,string) .indexOf(string,string,#) .lastIndexOf(string,string)
 .lastIndexOf(string,string,#) .getFullYear(timestamp) .getFullYear(timestamp,zone)
 .getMonth(timestamp) .getMonth(timestamp,zone) .getDate(timestamp) .getDate(timestamp,zone)
 .getDayOfMonth(timestamp) .getDayOfMonth(timestamp,zone) .getDayOfWeek(timestamp)
 .getDayOfWeek(timestamp,zone) .getDayOfYear(timestamp) .getDayOfYear(timestamp,zone)
 .getHours(timestamp) .getHours(timestamp,zone) .getMinutes(timestamp)
 .getMinutes(timestamp,zone) .getSeconds(timestamp) .getSeconds(timestamp,zone)
 .getMilliseconds(timestamp) .getMilliseconds(timestamp,zone) .getHours(duration)
 .getMinutes(duration) .getSeconds(duration) .getMilliseconds(duration) .family(net.IP)
 .prefixLength(net.CIDR) math.abs(int) math.sign(int) math.bitAnd(int,int) math.bitOr(int,int)
 math.bitXor(int,int) math.bitNot(int) math.bitShiftLeft(int,#) math.bitShiftRight(int,#)
 math.greatest(int) math.greatest(int,int) math.greatest(int,int,int) math.least(int)
 math.least(int,int) math.greatest(list(int)) math.least(list(int)) +(int,int) -(int,int)
 *(int,int) /(int,int) %(int,int) -(int) +(int,int) -(int,int)
uint: uint(uint) uint(int) uint(double) uint(number_text) math.abs(uint) math.sign(uint)
 math.bitAnd(uint,uint) math.bitOr(uint,uint) math.bitXor(uint,uint) math.bitNot(uint)
 math.bitShiftLeft(uint,#) math.bitShiftRight(uint,#) math.greatest(uint,uint)
 math.least(uint,uint) math.least(list(uint)) +(uint,uint) -(uint,uint) *(uint,uint)
 /(uint,uint) %(uint,uint)
double: double(double) double(int) double(uint) double(number_text) math.abs(double)
 math.sign(double) math.ceil(double) math.floor(double) math.round(double) math.trunc(double)
 math.sqrt(double) math.sqrt(int) math.sqrt(uint) math.greatest(double,double)
 math.least(double,double,double) math.greatest(list(double)) +(double,double) -(double,double)
 *(double,double) /(double,double) -(double)
string: string(string) string(bool) string(int) string(uint) string(double) string(bytes)
 string(timestamp) string(duration) string(net.IP) string(net.CIDR) .charAt(string,#)
 .lowerAscii(string) .upperAscii(string) .replace(string,string,string)
 .replace(string,string,string,#) .reverse(string) .substring(string,#) .substring(string,#,#)
 .trim(string) .join(list(string)) .join(list(string),string) strings.quote(string)
 base64.encode(bytes) +(string,string)
bytes: bytes(bytes) bytes(string) base64.decode(base64_text) +(bytes,bytes)
bool: bool(bool) bool(bool_text) .contains(string,string) .startsWith(string,string)
 .endsWith(string,string) .matches(string,pattern) matches(string,pattern) math.isNaN(double)
 math.isInf(double) math.isFinite(double) .hasValue(optional_type(T)) isIP(ip_text)
 isCIDR(cidr_text) ip.isCanonical(ip_text) .isUnspecified(net.IP) .isLoopback(net.IP)
 .isGlobalUnicast(net.IP) .isLinkLocalMulticast(net.IP) .isLinkLocalUnicast(net.IP)
 .containsIP(net.CIDR,net.IP) .containsIP(net.CIDR,ip_text) .containsCIDR(net.CIDR,net.CIDR)
 .containsCIDR(net.CIDR,cidr_text) !(bool) !(bool)
timestamp: timestamp(timestamp) timestamp(timestamp_text) timestamp(timestamp_text)
 timestamp(int) +(timestamp,duration) +(duration,timestamp) -(timestamp,duration)
duration: duration(duration) duration(duration_text) duration(duration_text)
 +(duration,duration) -(duration,duration) -(timestamp,timestamp)
list(string): .split(string,string) .split(string,string,#)
net.IP: ip(ip_text) .ip(net.CIDR)
net.CIDR: cidr(cidr_text) .masked(net.CIDR)
type: type(T)
'''
SCALARS = ['int', 'uint', 'double', 'bool', 'string', 'bytes', 'timestamp', 'duration']
RARE = ['null_type', 'type', 'net.IP', 'net.CIDR']
KEYS = ['string', 'string', 'int', 'uint', 'bool']


def parse_type(text):
    """'map(string,list(T))' as ('map', 'string', ('list', 'T'))."""
    name, paren, rest = text.partition('(')
    if not paren:
        return text.replace('_text', ' text')
    parts, depth, at = [], 0, 0
    rest = rest[:-1]
    for i, c in enumerate(rest + ','):
        depth += (c == '(') - (c == ')')
        if c == ',' and depth == 0:
            parts.append(parse_type(rest[at:i]))
            at = i + 1
    return (name, *parts)


def read_calls():
    table = {}
    for line in CALLS.strip().replace('\n ', ' ').split('\n'):
        result, _, calls = line.partition(': ')
        for call in calls.split():
            name, params = re.fullmatch(r'(\.?[\w.]+|[-+*/%!])\((.*)\)', call).groups()
            table.setdefault(parse_type(result), []).append(
                (name, parse_type(f'f({params})')[1:]))
    return table


TABLE = read_calls()


def type_text(t):
    return t if type(t) is str else f'{t[0]}({", ".join(map(type_text, t[1:]))})'


class Steady(random.Random):
    """Draws the plainest spelling."""

    def random(self):
        return 0.5


STEADY = Steady()


def step(k):
    """How a path goes on to a map's key."""
    if type(k) is str and re.fullmatch('[a-z]+', k) and k not in ('package', 'if', 'true'):
        return '.' + k
    return f'[{source(("lit", k), STEADY)}]'


def spellings_of(k):
    """The numbers that find what a key finds."""
    if type(k) not in (int, Uint):
        return [k]
    same = [k]
    if k < I64:
        same.append(int(k))
    if k >= 0:
        same.append(Uint(k))
    if int(float(k)) == k:
        same.append(float(k))
    return same


def joined(types):
    """The type of parts, dyn if they have several."""
    types = set(types)
    return types.pop() if len(types) == 1 else 'dyn'


# ---- a case ------------------------------------------------------------------


class Case:
    def __init__(self, seed, number):
        self.rng = random.Random(seed << 40 | number)
        r = self.rng.random()
        # Type errors: none at all, or now and then, or only behind dyn().
        self.wrong = 0 if r < 0.6 else 0.03
        self.behind_dyn = r > 0.8
        self.locals = []  # (name, type), innermost last
        self.depth = 0    # of macros within macros
        self.in_block = False
        self.loose = False  # dyn hides types
        self.optional = False
        self.free = False  # some literal has no element to tell its type by
        self.plain = self.chance(0.6)  # no names with dots
        self.container = '' if self.plain or self.chance(0.6) else self.pick(['N', 'N.M'])
        self.make_variables()
        self.tree = self.make(self.any_type(), 3 + int(57 * self.rng.random() ** 2.2))

    # ---- drawing ---------------------------------------------------------

    def chance(self, p):
        return self.rng.random() < p

    def below(self, n):
        return int(self.rng.random() * n)

    def pick(self, choices):
        return choices[int(self.rng.random() * len(choices))]

    def scalar(self):
        return self.pick(SCALARS) if self.chance(0.9) else self.pick(RARE)

    def any_type(self, deep=2):
        r = self.rng.random()
        if deep == 0 or r < 0.62:
            return self.pick(('bool', 'bool', 'int', 'string', self.scalar(), self.scalar()))
        if r < 0.80:
            return ('list', self.any_type(deep - 1))
        if r < 0.93:
            return ('map', self.pick(KEYS), self.any_type(deep - 1))
        return ('optional_type', self.any_type(0))

    # ---- variables -------------------------------------------------------

    def value(self, t, deep=2):
        """A value that a binding may have."""
        if t == 'int':
            return self.pick(INTS) if self.chance(0.75) else self.pick(FAR_INTS)
        if t == 'uint':
            return Uint(self.pick(UINTS) if self.chance(0.75) else self.pick(FAR_UINTS))
        if t == 'double':
            return self.pick(DOUBLES) if self.chance(0.65) else self.pick(FAR_DOUBLES)
        if t == 'bool':
            return self.chance(0.5)
        if t == 'string':
            return self.pick(STRINGS) if self.chance(0.7) else self.pick(FAR_STRINGS)
        if t == 'bytes':
            return self.pick(BYTES)
        if t == 'timestamp':
            return Timestamp(self.moment())
        if t == 'duration':
            return Duration(self.span())
        if t[0] == 'list':
            return [self.value(t[1], deep - 1) for _ in range(self.length(t[1]))]
        if t[0] == 'map':
            count = self.length(t[2])
            keys = self.rng.sample(MANY_KEYS[t[1]], count) if count > 3 and t[1] != 'bool' else [
                self.value(t[1]) for _ in range(count)]
            return Map([(k, self.value(t[2], deep - 1)) for k in keys])
        return None

    def length(self, t):
        """Mostly short; long enough for an index now and then."""
        if type(t) is str and self.chance(0.05):
            return 8 + self.below(32)
        return self.below(4)

    def mixed(self):
        """A map with keys of all types."""
        keys = self.rng.sample(MIXED_KEYS, 2 + self.below(len(MIXED_KEYS) - 2))
        return Map([(k, self.value(self.pick(SCALARS))) for k in keys])

    def moment(self):
        r = self.rng.random()
        if r < 0.2:
            return self.pick((0, library.FIRST, library.LAST, -1, 10**9))
        return self.rng.randrange(-2 * 10**9, 5 * 10**9) * 10**9 + (
            self.below(10**9) if r < 0.5 else 0)

    def span(self):
        r = self.rng.random()
        if r < 0.1:
            return self.pick((I64 - 1, -I64, 1, -1, 0))
        return self.rng.randrange(-10**5, 10**5) * self.pick((1, 10**6, 10**9, 3600 * 10**9))

    def binding_type(self, deep=2):
        r = self.rng.random()
        if deep == 0 or r < 0.5:
            return self.pick(('bool', 'int', 'string', self.pick(SCALARS)))
        if r < 0.7:
            return ('list', self.binding_type(deep - 1))
        return ('map', 'string' if self.chance(0.7) else self.pick(KEYS),
                self.binding_type(deep - 1))

    def record(self):
        """Facts about one thing: fields of several types, some of them odd."""
        fields = self.rng.sample(FIELDS, 1 + self.below(4))
        if self.chance(0.3):
            fields.append(self.pick(ODD_FIELDS))
        return Map([(f, self.value(self.binding_type(1))) for f in fields])

    def make_variables(self):
        self.types, self.truth = {}, {}
        names = NAMES[:PLAIN_NAMES] if self.plain else NAMES
        for name in self.rng.sample(names, 3 + self.below(4)):
            if self.chance(0.06):
                self.types[name] = ('map', 'dyn', 'dyn')
                self.truth[name] = self.mixed()
            elif self.chance(0.35):
                self.types[name] = ('map', 'string', 'dyn')
                self.truth[name] = self.record()
            else:
                t = self.types[name] = self.binding_type()
                self.truth[name] = self.value(t)
        self.partial, self.missing = dict(self.truth), set()
        self.reads = []  # (type, tree, path) of all that can be read of them
        self.scope = scope = model.Scope(self.truth, self.container)
        for name, v in self.truth.items():
            for tree in self.spellings(name, scope):
                self.collect(tree, v, name, scope)
        if self.chance(0.5):
            for _ in range(1 + self.below(3)):
                self.forget()

    def spellings(self, name, scope):
        """The ways to name a variable: outright, short by the container, from
        the root; those that mean another variable are left out."""
        parts = name.split('.')
        short = parts[1:] if self.container and parts[0] == 'N' and len(parts) > 1 else parts
        for names, root in ((parts, 'name'), (short, 'name'), (parts, 'root')):
            found = scope.resolve(names, root == 'root')
            if found[0] is self.truth[name] and found[1] == len(names):
                tree = (root, names[0])
                for field in names[1:]:
                    tree = ('select', tree, field)
                yield tree
                if not self.chance(0.2):
                    return

    def collect(self, tree, v, path, scope, deep=3):
        """Notes all that can be read of a value, as trees. Returns its type:
        of parts of several types, dyn."""
        k = values.kind(v)
        if k == 'list' and deep > 0:
            parts = [self.collect(('index', tree, ('lit', i)), e, f'{path}[{i}]', scope, deep - 1)
                     for i, e in self.some(list(enumerate(v)))]
            k = ('list', joined(parts))
        elif k == 'map' and deep > 0:
            parts = [self.collect_entry(tree, key, e, path + step(key), scope, deep - 1)
                     for key, e in self.some(list(v.pairs.values()))]
            k = ('map', joined(values.kind(key) for key, _ in v.pairs.values()), joined(parts))
        self.reads.append((k, tree, path))
        return k

    def some(self, parts):
        return parts if len(parts) <= 6 else self.rng.sample(parts, 5)

    def collect_entry(self, tree, k, v, path, scope, deep):
        t = None
        by_field = type(k) is str and (step(k)[0] == '.' or k in ODD_FIELDS)
        if by_field and not self.hidden(tree, k, scope):
            t = self.collect(('select', tree, k), v, path, scope, deep)
        if t is None or self.chance(0.3):
            loose = self.wrong or self.types.get(tree[1]) == ('map', 'dyn', 'dyn')
            key = self.pick(spellings_of(k)) if loose and self.chance(0.5) else k
            t = self.collect(('index', tree, ('lit', key)), v, path, scope, deep)
        return t

    def hidden(self, tree, field, scope):
        """Whether a field's spelling names a variable with dots instead."""
        names = [field]
        while tree[0] == 'select':
            names.insert(0, tree[2])
            tree = tree[1]
        if tree[0] not in ('name', 'root'):
            return False
        names.insert(0, tree[1])
        return scope.resolve(names, tree[0] == 'root')[1] == len(names)

    def forget(self):
        """Makes something that can be read unknown."""
        _, _, path = self.pick(self.reads)
        self.missing.add(path)
        name = self.variable(path)
        self.partial[name] = self.without(self.partial[name], name, path)

    def variable(self, path):
        return max((n for n in self.truth if path == n or (
            path.startswith(n) and path[len(n)] in '.[')), key=len)

    def without(self, v, at, path):
        if at == path:
            return Unknown([path])
        if type(v) is list:
            return [self.without(e, f'{at}[{i}]', path) for i, e in enumerate(v)]
        if type(v) is Map:
            return Map([(k, self.without(e, at + step(k), path)) for k, e in v.pairs.values()])
        return v

    # ---- expressions -----------------------------------------------------

    def make(self, t, n):
        """An expression of a type with about n nodes."""
        if self.wrong and self.chance(self.wrong):
            other = self.make_right(self.any_type(), n)
            return ('call', 'dyn', [other]) if self.behind_dyn else other
        return self.make_right(t, n)

    def make_right(self, t, n):
        if t == 'T':
            t = self.any_type(1)
        if t == 'K':
            t = self.pick(KEYS)
        if t == 'dyn':
            return self.make_dyn(self.scalar(), n)
        if t == '#':
            if n > 2 and self.chance(0.2):
                return self.make('int', n)
            return ('lit', self.pick((0, 1, 2, 3, 4, -1, 63, 64, 65) if self.chance(0.95)
                                     else FAR_INTS))
        if t in TEXTS:
            if self.chance(0.9) or n < 2:
                good, bad = TEXTS[t]
                usual = self.chance(0.85)
                self.free |= t == 'pattern' and not usual  # checkers look at those
                return ('lit', self.pick(good if usual else bad))
            return self.make('string', n)
        if n <= 1 or self.chance(0.08):
            return self.leaf(t)
        if self.chance(0.25):
            return self.anything(t, n)
        return self.special(t, n)

    def split(self, n, parts):
        """n nodes less one, shared among the parts."""
        n = max(n - 1, parts)
        cuts = sorted(self.below(n - parts + 1) for _ in range(parts - 1))
        sizes = [b - a + 1 for a, b in zip([0] + cuts, cuts + [n - parts])]
        return sizes

    def all_of(self, types, n):
        return [self.make(t, m) for t, m in zip(types, self.split(n, len(types)))] if types else []

    def leaf(self, t):
        known = [('name', name) for name, of in self.visible() if of == t]
        if known and self.chance(0.7):
            return self.pick(known)
        if self.chance(0.75):
            read = [(tree, path) for of, tree, path in self.reads
                    if of == t and not self.shadowed(tree)]
            missing = [pair for pair in read if pair[1] in self.missing]
            if missing and self.chance(0.5):
                read = missing
            if read:
                tree, path = self.pick(read)
                self.loose |= 'dyn' in type_text(self.types[self.variable(path)])
                return tree
        if known and self.chance(0.5):
            return self.pick(known)
        return self.literal(t)

    def visible(self):
        seen = set()
        for name, t in reversed(self.locals):
            if name not in seen:
                seen.add(name)
                yield name, t

    def shadowed(self, tree):
        while tree[0] in ('select', 'index'):
            tree = tree[1]
        return tree[0] == 'name' and any(tree[1] == name for name, _ in self.locals)

    def literal(self, t):
        if type(t) is tuple:
            return self.literal_of(t)
        if t == 'timestamp':
            if self.chance(0.3):
                return ('call', 'timestamp', [('lit', self.pick(INTS))])
            text = (self.pick(TEXTS['timestamp text'][0]) if self.chance(0.3)
                    else library.timestamp_text(Timestamp(self.moment())))
            return ('call', 'timestamp', [('lit', text)])
        if t == 'duration':
            return ('call', 'duration', [('lit', library.duration_text(Duration(self.span())))])
        if t == 'net.IP':
            return ('call', 'ip', [('lit', self.pick(TEXTS['ip text'][0]))])
        if t == 'net.CIDR':
            return ('call', 'cidr', [('lit', self.pick(TEXTS['cidr text'][0]))])
        if t == 'type':
            return ('lit', self.pick([v for v in values.TYPES.values()
                                      if '.' not in v.name and not self.taken(v.name)]))
        if t == 'dyn':
            return ('call', 'dyn', [self.literal(self.pick(SCALARS))])
        return ('lit', self.value(t))

    def taken(self, name):
        return name in self.truth or any(name == other for other, _ in self.locals)

    def literal_of(self, t):
        if t[0] == 'list':
            count = self.below(2) + (self.chance(0.7))
            self.free |= count == 0
            return ('list', [(self.literal(t[1]), False) for _ in range(count)])
        if t[0] == 'map':
            count = int(self.chance(0.7))
            self.free |= count == 0
            return ('map', [(self.literal(t[1]), self.literal(t[2]), False)
                            for _ in range(count)])
        if self.chance(0.3):
            self.free = True
            return ('call', 'optional.none', [])
        return ('call', 'optional.of', [self.literal(t[1])])

    # What any type can come from.

    def anything(self, t, n):
        how = self.pick((self.make_if, self.make_dyn, self.make_bind, self.make_index,
                         self.make_field, self.make_value, self.make_value, self.make_index,
                         self.make_block, self.make_if))
        return how(t, n)

    def make_if(self, t, n):
        return ('if', *self.all_of(['bool', t, t], n))

    def make_dyn(self, t, n):
        self.loose = True
        return ('call', 'dyn', [self.make(t, n - 1)])

    def within(self, names, make):
        """Makes something that sees further variables."""
        self.locals += names
        made = make()
        del self.locals[len(self.locals) - len(names):]
        return made

    def make_bind(self, t, n):
        first, second = self.split(n, 2)
        of = self.any_type(1)
        name = self.pick(LOCALS[:-2])
        init = self.make(of, first)
        return ('bind', name, init, self.within([(name, of)], lambda: self.make(t, second)))

    def make_block(self, t, n):
        if self.in_block:  # blocks do not nest
            return self.make_right(t, n)
        self.in_block = True
        count = 1 + self.below(3)
        sizes = self.split(n, count + 1)
        elements, names = [], []
        for i in range(count):
            of = self.any_type(1)
            elements.append(self.within(names, lambda: self.make(of, sizes[i])))
            names = names + [(f'@index{i}', of)]
        body = self.within(names, lambda: self.make(t, sizes[-1]))
        self.in_block = False
        return ('block', elements, body)

    def make_index(self, t, n):
        if self.chance(0.5):
            return ('index', *self.make_found(t, n))
        if self.chance(0.5):
            of, key = self.all_of([('list', t), '#'], n)
        else:
            k = self.pick(KEYS)
            of, key = self.all_of([('map', k, t), k], n)
        return ('index', of, key)

    def make_found(self, t, n):
        """A list or a map, and a key that it has."""
        parts = self.all_of([t] * (1 + self.below(3)), n)
        i = self.below(len(parts))
        if self.chance(0.5):
            key = self.pick((i, i, Uint(i), float(i)))
            key = ('lit', i) if type(key) is int or self.wrong == 0 else ('lit', key)
            return ('list', [(p, False) for p in parts]), key
        keys = self.rng.sample(FIELDS if self.chance(0.6) else range(10), len(parts))
        entries = [(('lit', k), p, False) for k, p in zip(keys, parts)]
        return ('map', entries), ('lit', keys[i])

    def make_field(self, t, n):
        field = self.pick(FIELDS) if self.chance(0.9) else self.pick(ODD_FIELDS)
        if self.chance(0.5):
            return ('select', ('map', [(('lit', field), self.make(t, n - 1), False)]), field)
        of = self.make(('map', 'string', t), n - 1)
        if of[0] in ('name', 'root', 'select'):  # might name another variable
            return ('index', of, ('lit', field))
        return ('select', of, field)

    def make_value(self, t, n):
        self.optional = True
        o = ('optional_type', t)
        if self.chance(0.25):
            return ('method', 'value', self.make(o, n - 1), [])
        target, other = self.all_of([o, t], n)
        return ('method', 'orValue', target, [other])

    # What its own type comes from.

    def special(self, t, n):
        if type(t) is tuple:
            ways = {'list': self.make_list, 'map': self.make_map,
                    'optional_type': self.make_optional}
            return ways[t[0]](t, n)
        if t == 'bool' and self.chance(0.75):
            return self.make_bool(n)
        if t == 'string' and self.chance(0.15):
            return self.make_format(n)
        if t in TABLE and not (t == 'type' and self.chance(0.3)):
            return self.make_call(self.pick(TABLE[t]), n)
        return self.leaf(t)

    def make_call(self, call, n):
        name, params = call
        if params == ('',):
            params = ()
        some = {'T': self.any_type(1), 'K': self.pick(KEYS)}
        args = self.all_of([self.with_types(p, some) for p in params], n)
        if name[0] in '+-*/%!':
            return ('op', name, args)
        if name[0] == '.':
            return ('method', name[1:], args[0], args[1:])
        return ('call', name, args)

    def with_types(self, t, some):
        if type(t) is tuple:
            return tuple(self.with_types(part, some) for part in t)
        return some.get(t, t)

    def make_bool(self, n):
        r = self.rng.random()
        if r < 0.35:
            return (self.pick(('and', 'or')), *self.all_of(['bool', 'bool'], n))
        if r < 0.5:
            t = self.any_type(2)
            return ('op', self.pick(('==', '!=')), self.all_of([t, t], n))
        if r < 0.6:
            t = self.pick(SCALARS)
            if t in ('int', 'uint', 'double') and self.chance(0.4):
                sides = self.all_of([t, self.pick(('int', 'uint', 'double'))], n)
                sides[0] = ('call', 'dyn', [sides[0]])
            else:
                sides = self.all_of([t, t], n)
            return ('op', self.pick(('<', '<=', '>', '>=')), sides)
        if r < 0.7:
            maps = [(tree, path) for t, tree, path in self.reads
                    if t[0] == 'map' and not self.shadowed(tree)]
            if maps and (self.wrong or self.behind_dyn) and self.chance(0.4):
                key = self.pick(spellings_of(self.pick(MIXED_KEYS)))
                return ('op', 'in', [('lit', key), self.pick(maps)[0]])
            t = self.pick(SCALARS) if self.chance(0.5) else self.pick(KEYS)
            of = ('list', t) if self.chance(0.5) or t not in KEYS else ('map', t, self.any_type(0))
            return ('op', 'in', self.all_of([t, of], n))
        if r < 0.78:
            return self.make_has(n)
        return self.make_macro(self.pick(('all', 'exists', 'exists_one', 'existsOne')), None, n)

    def make_has(self, n):
        field = self.pick(FIELDS) if self.chance(0.9) else self.pick(ODD_FIELDS)
        # has(a.b) where a.b is a variable: src/cel says yes on purpose.
        records = [tree for t, tree, _ in self.reads
                   if t[0] == 'map' and not self.shadowed(tree)
                   and not self.hidden(tree, field, self.scope)]
        if records and self.chance(0.5):
            return ('has', self.pick(records), field)
        t = ('map', 'string', self.any_type(1))
        of = self.make(('optional_type', t) if self.chance(0.2) else t, n - 1)
        return ('has', of if not self.hidden(of, field, self.scope) else ('map', []), field)

    def make_macro(self, name, t, n):
        """A macro; t is the type of what map and the like put together."""
        if self.depth >= 3:
            return self.leaf('bool' if t is None else t)
        two = name in ('transformList', 'transformMap') or (
            name in ('all', 'exists', 'existsOne') and self.chance(0.4))
        key, item = 'int', self.any_type(1)
        if name == 'filter':
            item = t[1]
        if name == 'transformMap':
            key = t[1]
        of = ('list', item)
        if key != 'int' or self.chance(0.3):
            key = key if name == 'transformMap' else self.pick(KEYS)
            if name == 'filter' and item in KEYS:
                key, of = item, ('map', item, self.any_type(0))
            elif name != 'filter':
                of = ('map', key, item)
        names = self.rng.sample(LOCALS, 2 if two else 1)
        seen = [key, item] if two else [of[1]]
        bodies = ['bool']
        if t is not None and name != 'filter':
            bodies = ['bool', t[-1]] if self.chance(0.4) else [t[-1]]
        sizes = self.split(n, 1 + len(bodies))
        ranged = self.make(of, sizes[0])
        self.depth += 1
        made = self.within(list(zip(names, seen)), lambda: [
            self.make(b, m) for b, m in zip(bodies, sizes[1:])])
        self.depth -= 1
        return ('macro', name, ranged, names, made)

    def make_list(self, t, n):
        r = self.rng.random()
        if t == ('list', 'string') and r < 0.15:
            return self.make_call(self.pick(TABLE[t]), n)
        if r < 0.45:
            parts = self.all_of([t[1]] * (1 + self.below(4)), n)
            if self.chance(0.15):
                i = self.below(len(parts))
                entry = self.make(('optional_type', t[1]), 2)
                return ('list', [(p, False) for p in parts[:i]] + [(entry, True)] +
                        [(p, False) for p in parts[i:]])
            return ('list', [(p, False) for p in parts])
        if r < 0.6:
            return ('op', '+', self.all_of([t, t], n))
        return self.make_macro(self.pick(('map', 'filter', 'transformList')), t, n)

    def make_map(self, t, n):
        if self.chance(0.25):
            return self.make_macro('transformMap', t, n)
        count = 1 + self.below(3)
        sizes = self.split(n, count)
        entries = []
        for m in sizes:
            key = self.leaf(t[1]) if t[1] != 'string' or self.chance(0.5) else (
                'lit', self.pick(FIELDS))
            optional = self.chance(0.1)
            v = self.make(('optional_type', t[2]) if optional else t[2], m - 1)
            entries.append((key, v, optional))
        return ('map', entries)

    def make_optional(self, t, n):
        self.optional = True
        of = t[1]
        r = self.rng.random()
        if r < 0.2:
            return ('call', self.pick(('optional.of', 'optional.ofNonZeroValue')),
                    [self.make(of, n - 1)])
        if r < 0.35:
            target = self.make(('map', 'string', of), n - 1)
            field = self.pick(FIELDS) if self.chance(0.9) else self.pick(ODD_FIELDS)
            return ('optselect', target, field)
        if r < 0.5:
            _, target, key = self.make_index(of, n)
            return ('optindex', target, key)
        if r < 0.6:
            target = self.make(('optional_type', ('map', 'string', of)), n - 1)
            if target[0] in ('name', 'root', 'select'):
                return ('optselect', target, 'k')
            return ('select', target, self.pick(FIELDS))
        if r < 0.7:
            target, key = self.all_of([('optional_type', ('list', of)), '#'], n)
            return ('index', target, key)
        if r < 0.82:
            first, second = self.all_of([t, t], n)
            return ('method', 'or', first, [second])
        first, second = self.split(n, 2)
        source_type = self.any_type(1)
        target = self.make(('optional_type', source_type), first)
        name = self.pick(LOCALS[:-2])
        how = self.pick(('optMap', 'optFlatMap'))
        body = self.within([(name, source_type)], lambda: self.make(
            of if how == 'optMap' else t, second))
        return ('opt', how, target, name, body)

    def make_format(self, n):
        clauses = {'s': 'T', 'd': 'int', 'f': 'double', 'e': 'double', 'x': 'int', 'X': 'string',
                   'o': 'uint', 'b': 'bool'}
        text, types = [], []
        for _ in range(self.below(4)):
            text.append(self.pick(STRINGS) if self.chance(0.5) else '%%')
            letter = self.pick('sssdfexXob' if self.chance(0.97) else 'EgsF%')
            dot = f'.{self.below(10)}' if self.chance(0.3 if letter in 'fe' else 0.02) else ''
            text.append(f'%{dot}{letter}')
            t = clauses.get(letter, 'int')
            if letter in 'fedx' and self.chance(0.4):
                t = self.pick(('int', 'uint', 'double') if letter in 'fe' else ('int', 'uint'))
            types.append(t)
        if self.chance(0.05):
            types = types[1:]
        args = self.all_of(types, max(n, len(types) + 1))
        return ('method', 'format', ('lit', ''.join(text) + self.pick(STRINGS)),
                [('list', [(('call', 'dyn', [a]), False) for a in args])])

    # ---- the line --------------------------------------------------------

    def line(self):
        result = model.evaluate(self.tree, self.partial, self.container)
        # What an optional behind dyn() holds is any type that comes in handy.
        fits = self.wrong == 0 and not self.free
        case = {
            'source': source(self.tree, self.rng),
            'bindings': {name: to_json(v) for name, v in self.partial.items()},
            'result': to_json(result),
            'types': {name: type_text(t) for name, t in self.types.items()},
            'checked': fits and not (self.loose and self.optional),
            'exact': fits and not self.loose,
        }
        if self.container:
            case['container'] = self.container
        if self.partial != self.truth:
            case['truth'] = {name: to_json(v) for name, v in self.truth.items()}
            verdict = model.evaluate(self.tree, self.truth, self.container)
            case['verdict'] = to_json(verdict)
        return case, result


# ---- coverage ----------------------------------------------------------------


def count_tree(tree, seen):
    """What a tree uses, by name."""
    sort = tree[0]
    names = {'op': 1, 'call': 1, 'macro': 1, 'opt': 1}
    if sort == 'method':
        seen['.' + tree[1]] += 1
    elif sort == 'macro':
        seen[f'{tree[1]}/{len(tree[3])}+{len(tree[4])}'] += 1
    elif sort in names:
        seen[tree[1] if sort != 'op' else f'{tree[1]}/{len(tree[2])}'] += 1
    else:
        seen[sort] += 1
    stack = [] if sort == 'lit' else list(tree[1:])
    while stack:
        part = stack.pop()
        if type(part) is tuple and type(part[0]) is str:
            count_tree(part, seen)
        elif type(part) in (list, tuple):
            stack += part


def coverage(seen, called, outcomes, out):
    for name, count in sorted(seen.items()):
        print(f'{count:9} {name}', file=out)
    print('-- overloads that gave a value', file=out)
    for signature in library.FUNCTIONS:
        print(f'{called[signature]:9} {signature}', file=out)
    print('-- outcomes', file=out)
    for k, count in outcomes.most_common():
        print(f'{count:9} {k}', file=out)


def main():
    options = argparse.ArgumentParser()
    options.add_argument('--seed', type=int, default=1)
    options.add_argument('--count', type=int, default=1000)
    options.add_argument('--first', type=int, default=0)
    options.add_argument('--step', type=int, default=1)
    options.add_argument('--seconds', type=float, default=math.inf)
    options.add_argument('--coverage', action='store_true')
    args = options.parse_args()

    seen, called, outcomes = Counter(), Counter(), Counter()
    if args.coverage:
        for signature, call in library.FUNCTIONS.items():
            def counted(*parts, signature=signature, call=call):
                v = call(*parts)
                called[signature] += 1
                return v
            library.FUNCTIONS[signature] = counted
    write = sys.stdout.write
    end = time.monotonic() + args.seconds
    done = 0
    for number in range(args.first, args.first + args.count * args.step, args.step):
        if time.monotonic() > end:
            break
        done += 1
        case = Case(args.seed, number)
        line, result = case.line()
        line['seed'], line['case'] = args.seed, number
        write(json.dumps(line, ensure_ascii=False) + '\n')
        if args.coverage:
            count_tree(case.tree, seen)
            outcomes[next(iter(line['result']))] += 1
    write(json.dumps({'done': done}) + '\n')
    if args.coverage:
        coverage(seen, called, outcomes, sys.stderr)
        if missing := [s for s in library.FUNCTIONS if not called[s]]:
            sys.exit(f'never gave a value: {", ".join(missing)}')


if __name__ == '__main__':
    main()
