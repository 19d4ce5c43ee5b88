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

Values are cel_values', functions cel_library's.
"""
import re

from cel_library import ANY, FUNCTIONS, apply
from cel_values import (
    ABSENT, NONE, TYPES, Error, Fail, Map, Optional, Unknown, blocked, find, key_of, merge,
    present)

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


def optional_of(v):
    return v if type(v) is Unknown else Optional(v)


def find_field(container, field):
    if type(container) is not Map:
        raise Fail('no field')
    return find(container, field)


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


def has(container, field):
    if type(container) is Optional:
        if container.value is ABSENT:
            return False
        container = container.value
    if type(container) is not Map:
        raise Fail('no field')
    return present(container, field)


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
