// A policy file of ../shared/cel/bench (JSON whose values name their type) as
// values of JavaScript, in the forms that a peer wants.
import fs from 'node:fs'

/** Forms: what becomes of the text of a value, by the value's type. */
export const plain = {
  null: () => null,
  bool: (v) => v,
  string: (v) => v,
  int: Number,
  double: Number,
  timestamp: (text) => Date.parse(text),
  list: (items) => items,
  map: (entries) => Object.fromEntries(entries),
}

function convert (typed, forms) {
  const [[kind, v]] = Object.entries(typed)
  if (kind === 'list') return forms.list(v.map((item) => convert(item, forms)))
  if (kind === 'map') {
    return forms.map(v.map((pair) => pair.map((side) => convert(side, forms))))
  }
  return forms[kind](v)
}

function facts (bindings, forms) {
  return Object.fromEntries(Object.entries(bindings).map(
    ([name, typed]) => [name, convert(typed, { ...plain, ...forms })]))
}

// Each changes one fact so that the verdict turns to false. A translation that
// has lost a term would not notice, and be quick.
const spoilers = {
  P1: {
    'a.kind': { string: 'image' },
    'a.dest': { string: 'KR' },
    'a.scale': { int: '25000' },
    'a.review_year': { int: '2025' },
    'a.gsd': { double: '0.25' },
    'a.owner': { string: 'NSDI' },
    'a.area_km2': { double: '25.0' },
    'a.layers': { list: [{ string: 'road' }, { string: 'water' }] },
    'a.ts': { timestamp: '2024-12-31T23:59:59Z' },
    'a.name': { string: 'us-busan' },
    'a.n': { int: '41' },
  },
  P2: {
    'items.1.region': { string: 'us' },
    'items.1.cipher': { string: 'ARIA-256x' },
  },
  P3: { x: { int: '104' }, y: { int: '31' }, d: { double: '100.0' } },
}

function replace (bindings, path, typed) {
  const [variable, ...steps] = path.split('.')
  const last = steps.pop()
  if (last === undefined) return { ...bindings, [variable]: typed }

  const copy = structuredClone(bindings)
  let at = copy[variable]
  for (const step of steps) at = at.list[Number(step)]
  at.map.find(([key]) => key.string === last)[1] = typed
  return copy
}

/** What a policy file says; facts and spoilt facts in the given forms. */
export function read (path) {
  const file = JSON.parse(fs.readFileSync(path, 'utf8'))
  return {
    name: file.name,
    expr: file.expr,
    types: file.type_env.map((d) => [d.name, d.ident]),
    expected: convert(file.expect.value, plain),
    facts: (forms) => facts(file.bindings, forms),
    spoilt: (forms) => Object.entries(spoilers[file.name]).map(
      ([path, typed]) => [path, facts(replace(file.bindings, path, typed), forms)]),
  }
}
