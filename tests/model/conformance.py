#!/usr/bin/python3
"""Asks the model the public conformance tests of the language.

    conformance.py FOLDER

Skips what needs protobuf messages or a type checker. Ends with 'N passed, N
failed, N skipped'; with status 77 if there are none.
"""
import glob
import json
import math
import os
import sys
from base64 import b64decode

import cel_library as library
from cel_model import evaluate
from cel_values import TYPES, Error, Map, Type, Uint
from generate import to_json
from parse import parse


def from_json(j):
    (k, v), = j.items()
    if k == 'list':
        return [from_json(e) for e in v]
    if k == 'map':
        return Map([(from_json(a), from_json(b)) for a, b in v])
    read = {
        'null': lambda v: None, 'bool': bool, 'int': int, 'double': float, 'string': str,
        'uint': lambda v: Uint(int(v)), 'bytes': b64decode, 'type': lambda v: TYPES.get(v, Type(v)),
        'timestamp': library.text_to_timestamp, 'duration': library.text_to_duration,
    }
    return read[k](v)


def canonical(j):
    """A value to compare: maps without order, doubles by value."""
    (k, v), = j.items()
    if k == 'list':
        return (k, [canonical(e) for e in v])
    if k == 'map':
        return (k, sorted((repr(canonical(a)), canonical(b)) for a, b in v))
    if k == 'double':
        return (k, repr(float(v)), math.copysign(1, float(v)))
    return (k, v)


def ask(test):
    bindings = {name: from_json(v) for name, v in test.get('bindings', {}).items()}
    try:
        tree = parse(test['expr'])
    except SyntaxError as e:
        return Error(str(e))
    return evaluate(tree, bindings, test.get('container', ''))


def passes(test, got):
    expect = test['expect']
    value = expect.get('value', expect.get('typed_result', {}).get('value'))
    if value is None:
        return type(got) is Error
    return canonical(to_json(got)) == canonical(value)


def main():
    counts = {'passed': 0, 'failed': 0, 'skipped': 0}
    paths = sorted(glob.glob(os.path.join(sys.argv[1], '*.jsonl')))
    if not paths:
        print('skipped: the conformance suite is not here')
        sys.exit(77)
    for path in paths:
        for number, line in enumerate(open(path, encoding='utf-8'), 1):
            test = json.loads(line)
            if test.get('needs_proto') or test.get('check_only'):
                counts['skipped'] += 1
                continue
            got = ask(test)
            good = passes(test, got)
            counts['passed' if good else 'failed'] += 1
            if not good:
                name = os.path.basename(path)
                print(f'FAIL {name}:{number} {test["name"]}: {to_json(got)}\n    {test["expr"]!r}')
    print(', '.join(f'{n} {what}' for what, n in counts.items()))
    sys.exit(counts['failed'] != 0)


if __name__ == '__main__':
    main()
