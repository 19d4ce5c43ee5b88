#!/usr/bin/python3
"""Source to the model's trees, so that the model can be asked by hand and can
take the public conformance tests. Faults of syntax are a SyntaxError; places
and limits are left to src/cel.
"""
import re
import sys

from cel_library import ANY, FUNCTIONS
from cel_values import Uint

TOKEN = re.compile(r'''
    (?P<space>(?:[ \t\n\f\r]|//[^\n]*)+)
  | (?P<double>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
  | (?P<int>0x[0-9a-fA-F]+[uU]?|[0-9]+[uU]?)
  | (?P<text>[bB]?(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'
        |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'))
  | (?P<raw>[bB]?[rR](?:""".*?"""|\'\'\'.*?\'\'\'|"[^"\n\r]*"|'[^'\n\r]*'))
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<quoted>`[A-Za-z0-9_./ -]+`)
  | (?P<op>&&|\|\||[<>=!]=|[-+*/%<>!?:.,()\[\]{}])
''', re.X | re.S)
ESCAPE = re.compile(r'\\(?:([abfnrtv\\?"\'`])|[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})'
                    r'|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.|$))', re.S)
PLAIN = dict(zip('abfnrtv', '\a\b\f\n\r\t\v'))
RESERVED = set('as break const continue else for function if import let loop package namespace '
               'return var void while'.split())
LEVELS = [['||'], ['&&'], ['<', '<=', '>', '>=', '==', '!=', 'in'], ['+', '-'], ['*', '/', '%']]
MACROS = {  # arguments: variables
    'all': {2: 1, 3: 2}, 'exists': {2: 1, 3: 2}, 'exists_one': {2: 1}, 'existsOne': {2: 1, 3: 2},
    'map': {2: 1, 3: 1}, 'filter': {2: 1}, 'transformList': {3: 2, 4: 2},
    'transformMap': {3: 2, 4: 2},
}
QUALIFIED = {s.partition('(')[0] for s in FUNCTIONS if s[0].islower()} | set(ANY)


def tokens(source):
    at, out = 0, []
    while at < len(source):
        m = TOKEN.match(source, at)
        if not m:
            raise SyntaxError(f'at {at}')
        if m.lastgroup != 'space':
            out.append((m.lastgroup, m[0]))
        at = m.end()
    return out + [('end', '')]


def unescape(body, as_bytes):
    """Text with its escapes; for bytes a list of numbers."""
    out, at = [], 0
    for m in ESCAPE.finditer(body):
        out.append((body[at:m.start()], False))
        at = m.end()
        plain, hexa, u4, u8, octal, other = m.groups()
        if other is not None or (as_bytes and (u4 or u8)):
            raise SyntaxError('escape')
        code = ord(PLAIN.get(plain, plain)) if plain else (
            int(octal, 8) if octal else int(hexa or u4 or u8, 16))
        if code > 0x10ffff or 0xd800 <= code < 0xe000:
            raise SyntaxError('code point')
        out.append((chr(code), True))
    out.append((body[at:], False))
    if not as_bytes:
        return ''.join(s for s, _ in out)
    return b''.join(bytes([ord(s)]) if escaped else s.encode() for s, escaped in out)


def text_value(token):
    prefix = re.match('[bBrR]*', token)[0].lower()
    body = token[len(prefix):]
    body = body[3:-3] if body[:3] in ('"""', "'''") and len(body) >= 6 else body[1:-1]
    if 'r' in prefix:
        return body.encode() if 'b' in prefix else body
    return unescape(body, 'b' in prefix)


def number(kind, token, sign):
    if kind == 'double':
        return float(sign + token)
    digits = token.rstrip('uU')
    n = int(sign + digits, 16 if digits.startswith('0x') else 10)
    unsigned = digits != token
    if unsigned and sign:
        raise SyntaxError('a uint has no sign')
    if not (0 <= n < 2**64 if unsigned else -2**63 <= n < 2**63):
        raise SyntaxError('out of range')
    return Uint(n) if unsigned else n


def dotted(tree):
    """A chain of names as text, else None."""
    if tree[0] == 'name':
        return tree[1]
    if tree[0] != 'select' or dotted(tree[1]) is None:
        return None
    return f'{dotted(tree[1])}.{tree[2]}'


class Parser:
    def __init__(self, source):
        self.tokens, self.at = tokens(source), 0

    def peek(self, *texts):
        kind, text = self.tokens[self.at]
        return kind in ('op', 'name') and text in texts

    def take(self, *texts):
        if not self.peek(*texts):
            return False
        self.at += 1
        return True

    def want(self, text):
        if not self.take(text):
            raise SyntaxError(f'{text} wanted, not {self.tokens[self.at]}')

    def next(self, *kinds):
        kind, text = self.tokens[self.at]
        if kind not in kinds:
            raise SyntaxError(f'{kinds} wanted, not {text}')
        self.at += 1
        return text

    def whole(self):
        tree = self.expression()
        self.next('end')
        return tree

    def expression(self):
        tree = self.binary(0)
        if self.take('?'):
            first = self.binary(0)
            self.want(':')
            tree = ('if', tree, first, self.expression())
        return tree

    def binary(self, level):
        if level == len(LEVELS):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek(*LEVELS[level]):
            op = self.next('op', 'name')
            right = self.binary(level + 1)
            name = {'&&': 'and', '||': 'or'}.get(op)
            left = (name, left, right) if name else ('op', op, [left, right])
        return left

    def unary(self):
        for op in '!-':
            count = 0
            while self.take(op):
                count += 1
            if count:
                signed = op == '-' and self.tokens[self.at][0] in ('int', 'double')
                self.at -= signed
                tree = self.member()
                for _ in range(count - signed):
                    tree = ('op', op, [tree])
                return tree
        return self.member()

    def member(self):
        tree = self.primary()
        while self.peek('.', '[', '{'):
            if self.take('.'):
                tree = self.field(tree)
            elif self.take('['):
                sort = 'optindex' if self.take('?') else 'index'
                tree = (sort, tree, self.expression())
                self.want(']')
            elif dotted(tree) is None and tree[0] != 'root':
                raise SyntaxError('{ behind what is no type')
            else:
                raise NotImplementedError('messages')
        return tree

    def field(self, tree):
        sort = 'optselect' if self.take('?') else 'select'
        kind = self.tokens[self.at][0]
        name = self.next('name', 'quoted')
        if name in ('true', 'false', 'null', 'in'):
            raise SyntaxError(name)
        if kind == 'name' and sort == 'select' and self.take('('):
            return self.method(tree, name, self.list_until(')'))
        return (sort, tree, name.strip('`'))

    def primary(self):
        kind, text = self.tokens[self.at]
        if self.take('('):
            tree = self.expression()
            self.want(')')
            return tree
        if self.take('['):
            return ('list', self.entries(']', self.element))
        if self.take('{'):
            return ('map', self.entries('}', self.pair))
        sign = '-' if self.take('-') else ''
        root = 'root' if self.take('.') else 'name'
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind in ('int', 'double'):
            return ('lit', number(kind, text, sign))
        if kind in ('text', 'raw'):
            return ('lit', text_value(text))
        if kind != 'name' or text in RESERVED or text == 'in':
            raise SyntaxError(f'not an expression: {text}')
        if text in ('true', 'false', 'null'):
            return ('lit', {'true': True, 'false': False, 'null': None}[text])
        if self.take('('):
            return self.call(text, self.list_until(')'))
        return (root, text)

    def list_until(self, end):
        out = []
        while not self.take(end):
            if out:
                self.want(',')
            out.append(self.expression())
        return out

    def entries(self, end, read):
        out = []
        while not self.take(end):
            out.append(read())
            if not self.peek(end):
                self.want(',')
        return out

    def element(self):
        optional = self.take('?')
        return (self.expression(), optional)

    def pair(self):
        optional = self.take('?')
        key = self.expression()
        self.want(':')
        return (key, self.expression(), optional)

    # ---- macros ----------------------------------------------------------

    def call(self, name, args):
        if name != 'has' or len(args) != 1:
            return ('call', name, args)
        if args[0][0] != 'select':
            raise SyntaxError('has() takes a field')
        return ('has', *args[0][1:])

    def method(self, target, name, args):
        count = MACROS.get(name, {}).get(len(args))
        if count:
            names = [self.variable(a) for a in args[:count]]
            if len(set(names)) < count:
                raise SyntaxError('one variable twice')
            return ('macro', name, target, names, args[count:])
        if name in ('optMap', 'optFlatMap') and len(args) == 2:
            return ('opt', name, target, self.variable(args[0]), args[1])
        if target == ('name', 'cel'):
            special = self.special(name, args)
            if special:
                return special
        full = dotted(target) and f'{dotted(target)}.{name}'
        if full in QUALIFIED:
            return ('call', full, args)
        return ('method', name, target, args)

    def special(self, name, args):
        numbers = [a[1] for a in args if a[0] == 'lit']
        if name == 'bind' and len(args) == 3:
            return ('bind', self.variable(args[0]), args[1], args[2])
        if name == 'block' and len(args) == 2:
            return ('block', [e for e, _ in args[0][1]], args[1])
        if name == 'index' and len(numbers) == 1:
            return ('name', f'@index{numbers[0]}')
        if name in ('iterVar', 'accuVar') and len(numbers) == 2:
            return ('name', '@%s:%d:%d' % (name.replace('Var', '')[:2], *numbers))
        return None

    def variable(self, tree):
        if tree[0] != 'name':
            raise SyntaxError('a variable is a plain name')
        return tree[1]


def parse(source):
    return Parser(source).whole()


if __name__ == '__main__':
    from cel_model import evaluate
    from generate import to_json
    print(to_json(evaluate(parse(sys.argv[1]), {})))
