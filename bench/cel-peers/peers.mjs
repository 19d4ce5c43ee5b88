// The peers. Each prepares a policy (whatever it can do once) and gives what
// is to be measured: facts in, verdict out. One module is loaded a process.
import { byHand, cedar, jsonLogic } from './translations.mjs'

function once (make) {
  const made = new Map()
  return (key) => {
    if (!made.has(key)) made.set(key, make(key))
    return made.get(key)
  }
}
const regexOf = once((pattern) => new RegExp(pattern))
const matches = (text, pattern) => regexOf(pattern).test(text)

async function bufbuild (policy, options) {
  const { celEnv, celList, celMap, parse, plan } = await import('@bufbuild/cel')
  const { timestampFromMs } = await import('@bufbuild/protobuf/wkt')
  return {
    run: plan(celEnv(options), parse(policy.expr)),
    forms: {
      int: BigInt,
      timestamp: (text) => timestampFromMs(Date.parse(text)),
      list: celList,
      map: (entries) => celMap(new Map(entries)),
    },
  }
}

async function marcbachmann (policy) {
  const { Environment } = await import('@marcbachmann/cel-js')
  const env = new Environment()
  for (const [name, type] of policy.types) {
    env.registerVariable(name, type.replaceAll('(', '<').replaceAll(')', '>'))
  }
  return {
    run: env.parse(policy.expr),
    forms: { int: BigInt, timestamp: (text) => new Date(text) },
  }
}

async function celJs (expr, functions) {
  const { evaluate, parse } = await import('cel-js')
  const parsed = parse(expr)
  if (!parsed.isSuccess) throw new Error(parsed.errors[0])
  return { run: (facts) => evaluate(parsed.cst, facts, functions) }
}

const helpers = {
  startsWith: (text, prefix) => text.startsWith(prefix),
  matches,
  timestamp: once(Date.parse),
}
const methodsToFunctions = (expr) =>
  expr.replace(/([\w.]+)\.(startsWith|matches)\(/g, '$2($1, ')

async function cedarWasm (policy) {
  const wasm = (await import('@cedar-policy/cedar-wasm/nodejs')).default
  const condition = cedar[policy.name] ??
    policy.types.reduce((expr, [name]) => expr.replaceAll(
      new RegExp(`\\b${name}\\b`, 'g'), `context.${name}`), policy.expr)
  const parsed = wasm.preparsePolicySet('policy', {
    staticPolicies: `permit(principal, action, resource) when {${condition}};`,
  })
  if (parsed.type !== 'success') throw new Error(parsed.errors[0].message)

  const call = {
    principal: { type: 'User', id: 'u' },
    action: { type: 'Action', id: 'a' },
    resource: { type: 'Cargo', id: 'c' },
    preparsedPolicySetId: 'policy',
    entities: [],
  }
  return {
    run: (facts) => {
      call.context = facts
      const answer = wasm.statefulIsAuthorized(call)
      if (answer.type !== 'success') throw new Error(answer.errors[0].message)
      const [error] = answer.response.diagnostics.errors
      if (error !== undefined) throw new Error(error.error.message)
      return answer.response.decision === 'allow'
    },
    forms: {
      double: (text) => ({ __extn: { fn: 'decimal', arg: text } }),
      timestamp: (text) => ({ __extn: { fn: 'datetime', arg: text } }),
    },
    omits: ['a.layers', 'a.n'],
  }
}

async function engineCompiled (policy) {
  const { LogicEngine } = await import('json-logic-engine')
  const engine = new LogicEngine()
  engine.addMethod('matches', ([text, pattern]) => matches(text, pattern),
    { deterministic: true })
  return { run: engine.build(jsonLogic[policy.name]) }
}

async function jsonLogicJs (policy) {
  const logic = (await import('json-logic-js')).default
  logic.add_operation('matches', matches)
  return { run: (facts) => logic.apply(jsonLogic[policy.name], facts) }
}

/**
 * By name: the package (none: node itself), what prepares a policy, a note; of
 * a peer that cannot run a policy, what it lacks; the policies if not all.
 */
export const peers = {
  '@marcbachmann/cel-js': {
    package: '@marcbachmann/cel-js',
    prepare: marcbachmann,
    note: 'variables declared',
  },
  '@bufbuild/cel': {
    package: '@bufbuild/cel',
    prepare: (policy) => bufbuild(policy),
  },
  '@bufbuild/cel, cached regex': {
    package: '@bufbuild/cel',
    prepare: (policy) => bufbuild(policy, { re2: { compile: regexOf } }),
    note: 'option re2: RegExp of JavaScript, compiled once',
    only: ['P2'],
  },
  'cel-js': {
    package: 'cel-js',
    prepare: (policy) => celJs(policy.expr),
  },
  'cel-js, with helpers': {
    package: 'cel-js',
    prepare: (policy) => celJs(methodsToFunctions(policy.expr), helpers),
    note: 'methods as functions of ours, times as numbers',
    only: ['P1', 'P2'],
  },
  'cedar-wasm': {
    package: '@cedar-policy/cedar-wasm',
    prepare: cedarWasm,
    lacks: {
      P2: 'no macros over a set, no regular expressions',
      P3: 'no division, no %, no doubles',
    },
    note: 'without size() and %, which Cedar lacks; policy prepared, ' +
      'facts cross into wasm as JSON each time',
  },
  'json-logic-engine, compiled': {
    package: 'json-logic-engine',
    prepare: engineCompiled,
    note: 'translated, all numbers doubles',
  },
  'json-logic-js': {
    package: 'json-logic-js',
    prepare: jsonLogicJs,
    note: 'translated, all numbers doubles',
  },
  'JavaScript by hand': {
    prepare: (policy) => ({ run: byHand[policy.name] }),
    note: 'the floor: no policy is read, all numbers doubles',
  },
}
