"""Prints the model's trees as source, in one of the many ways there are.

What is drawn here (quotes, escapes, spare parentheses, space, comments) must
not change what an expression means.
"""
import math
import re

from cel_values import Type, Uint

LEVELS = {'||': 1, '&&': 2, 'in': 3, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3,
          '>=': 3, '+': 4, '-': 4, '*': 5, '/': 5, '%': 5}
UNARY, MEMBER = 6, 7
IDENTIFIER = re.compile('[A-Za-z_][A-Za-z0-9_]*')
QUOTED = re.compile('[A-Za-z0-9_./ -]+')
ESCAPES = {'\a': 'a', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't',
           '\v': 'v', '\\': '\\', '"': '"', "'": "'", '?': '?', '`': '`'}
PLAIN = re.compile(r"[^\x00-\x1f\x7f'\"\\\u0080-\u009f\u2028\u2029]*")


def names_variable(tree):
    """A chain of identifiers, which might be one name."""
    while tree[0] == 'select' and IDENTIFIER.fullmatch(tree[2]):
        tree = tree[1]
    return tree[0] in ('name', 'root')


class Printer:
    def __init__(self, rng):
        self.rng = rng
        self.airy = rng.random() < 0.1  # space and comments wherever they may be

    def chance(self, p):
        return self.rng.random() < p

    def gap(self, usual=''):
        if not self.airy or self.chance(0.6):
            return usual
        return self.rng.choice((' ', '\n', '\t', '  ', ' // what\n', '\r\n', '\f'))

    # ---- literals --------------------------------------------------------

    def text(self, s):
        if PLAIN.fullmatch(s) and self.chance(0.8):
            quote = "'" if self.chance(0.7) else '"'
            return quote + s + quote
        if self.chance(0.15) and not re.search('[\'"\r]', s) and s[-1:] != '\\':
            quote = self.rng.choice(("'''", '"""') if '\n' in s else
                                    ("'", '"', "'''"))
            return self.rng.choice('rR') + quote + s + quote
        if self.chance(0.15) and not re.search('[\'"\r\\\\]', s):
            return f"'''{s}'''"
        quote = self.rng.choice('\'"')
        return quote + ''.join(self.character(c, quote) for c in s) + quote

    def character(self, c, quote):
        if c in ESCAPES and self.chance(0.7):
            return '\\' + ESCAPES[c]
        code = ord(c)
        if c in '\r\n\\' or c == quote or self.chance(0.2):
            ways = [f'\\U{code:08x}']
            if code <= 0xffff:
                ways.append(f'\\u{code:04X}')
            if code <= 0xff:
                ways += [f'\\x{code:02x}', f'\\X{code:02X}', f'\\{code:03o}']
            return self.rng.choice(ways)
        return c

    def bytes(self, b):
        prefix = self.rng.choice('bB')
        try:
            s = b.decode('utf-8')
            if PLAIN.fullmatch(s) and self.chance(0.6):
                return f"{prefix}'{s}'"
        except UnicodeDecodeError:
            pass
        return prefix + '"' + ''.join(
            chr(c) if 0x20 <= c < 0x7f and chr(c) not in '"\\' and self.chance(0.8)
            else f'\\x{c:02x}' if self.chance(0.5) else f'\\{c:03o}' for c in b) + '"'

    def number(self, n):
        suffix = self.rng.choice('uuU') if type(n) is Uint else ''
        if self.chance(0.08):
            return f'{"-" if n < 0 else ""}0x{abs(n):x}{suffix}'
        return f'{int(n)}{suffix}'

    def double(self, d):
        if not math.isfinite(d):
            name = 'NaN' if math.isnan(d) else 'Infinity' if d > 0 else '-Infinity'
            return f"double('{name}')"
        s = repr(d)
        if self.chance(0.1):
            return f'{d:.17e}'
        if s.startswith('0.') and s != '0.0' and self.chance(0.1):
            return s[1:]
        return s

    def literal(self, v):
        if v is None:
            return 'null'
        if type(v) is bool:
            return 'true' if v else 'false'
        if type(v) is str:
            return self.text(v)
        if type(v) is bytes:
            return self.bytes(v)
        if type(v) is float:
            return self.double(v)
        if type(v) is Type:
            return v.name
        return self.number(v)

    # ---- the tree --------------------------------------------------------

    def expression(self, tree, level=0):
        """Source of what may stand where operators of the level bind."""
        s, own = getattr(self, 'print_' + tree[0])(tree)
        if own < level or (self.chance(0.02) and own > 0):
            s = f'({self.gap()}{s}{self.gap()})'
        return s

    def all(self, trees):
        return (self.gap() + ',' + self.gap(' ')).join(
            self.expression(t) for t in trees)

    def parens(self, trees):
        return f'({self.gap()}{self.all(trees)}{self.gap()})'

    def print_lit(self, tree):
        s = self.literal(tree[1])
        return s, UNARY if s.startswith('-') else MEMBER

    def print_name(self, tree):
        m = re.fullmatch('@(index|it:)([0-9]+)(?::([0-9]+))?', tree[1])
        if m and m[1] == 'index':
            return f'cel.index({m[2]})', MEMBER
        return (f'cel.iterVar({m[2]}, {m[3]})' if m else tree[1]), MEMBER

    def print_root(self, tree):
        return '.' + self.gap() + tree[1], MEMBER

    def field(self, name):
        if IDENTIFIER.fullmatch(name) and name not in (
                'true', 'false', 'null', 'in') and self.chance(0.95):
            return name
        return f'`{name}`'

    def dot(self, mark=''):
        return f'{self.gap()}.{mark}{self.gap()}'

    def print_select(self, tree):
        # Whether a quoted part belongs to a variable's name with dots is open.
        field = tree[2] if names_variable(tree) else self.field(tree[2])
        return self.expression(tree[1], MEMBER) + self.dot() + field, MEMBER

    def print_optselect(self, tree):
        return (self.expression(tree[1], MEMBER) + self.dot('?') +
                self.field(tree[2]), MEMBER)

    def print_index(self, tree):
        mark = '?' if tree[0] == 'optindex' else ''
        return (f'{self.expression(tree[1], MEMBER)}{self.gap()}[{mark}'
                f'{self.gap()}{self.expression(tree[2])}{self.gap()}]', MEMBER)

    print_optindex = print_index

    def print_has(self, tree):
        s, _ = self.print_select(('select', tree[1], tree[2]))
        return f'has({s})', MEMBER

    def print_list(self, tree):
        comma = ',' if tree[1] and self.chance(0.03) else ''
        return '[%s%s]' % (', '.join(
            ('?' if optional else '') + self.expression(e)
            for e, optional in tree[1]), comma), MEMBER

    def print_map(self, tree):
        comma = ',' if tree[1] and self.chance(0.03) else ''
        return '{%s%s}' % (', '.join(
            f'{"?" if optional else ""}{self.expression(k)}{self.gap()}:'
            f'{self.gap(" ")}{self.expression(v)}'
            for k, v, optional in tree[1]), comma), MEMBER

    def binary(self, name, left, right):
        level = LEVELS[name]
        return (self.expression(left, level) + self.gap(' ') + name +
                (' ' if name == 'in' else self.gap(' ')) +
                self.expression(right, level + 1), level)

    def print_and(self, tree):
        return self.binary('&&', tree[1], tree[2])

    def print_or(self, tree):
        return self.binary('||', tree[1], tree[2])

    def print_if(self, tree):
        c, a, b = tree[1:]
        return (f'{self.expression(c, 1)}{self.gap(" ")}?{self.gap(" ")}'
                f'{self.expression(a, 1)}{self.gap(" ")}:{self.gap(" ")}'
                f'{self.expression(b, 0)}', 0)

    def print_op(self, tree):
        name, args = tree[1], tree[2]
        if len(args) == 2:
            if name == 'in':
                left, right = args
                return (f'{self.expression(left, 3)} in '
                        f'{self.expression(right, 4)}', 3)
            return self.binary(name, *args)
        # The sign of a literal belongs to the literal.
        own = args[0][0] == 'lit' and name == '-'
        twice = args[0][0] == 'op' and args[0][1] == name and len(args[0][2]) == 1
        s = self.expression(args[0], UNARY if twice else MEMBER)
        return (f'{name}({s})' if own else name + s), UNARY

    def print_call(self, tree):
        return tree[1] + self.parens(tree[2]), MEMBER

    def print_method(self, tree):
        target = self.expression(tree[2], MEMBER)
        return target + self.dot() + tree[1] + self.parens(tree[3]), MEMBER

    def print_macro(self, tree):
        _, name, of, names, bodies = tree
        variables = [self.print_name(('name', n))[0] for n in names]
        return (f'{self.expression(of, MEMBER)}{self.dot()}{name}('
                f'{", ".join(variables)}, {self.all(bodies)})', MEMBER)

    def print_bind(self, tree):
        return (f'cel.bind({tree[1]}, {self.expression(tree[2])}, '
                f'{self.expression(tree[3])})', MEMBER)

    def print_block(self, tree):
        return (f'cel.block([{self.all(tree[1])}], '
                f'{self.expression(tree[2])})', MEMBER)

    def print_opt(self, tree):
        return (f'{self.expression(tree[2], MEMBER)}{self.dot()}{tree[1]}('
                f'{tree[3]}, {self.expression(tree[4])})', MEMBER)


def source(tree, rng):
    return Printer(rng).expression(tree)
