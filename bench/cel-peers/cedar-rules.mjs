// cedar-rules.mjs POLICIES.cedar FACTS.json: microseconds of one decision by
// Cedar's wasm, policies prepared, as a row of bench_rules.sh.
import fs from 'node:fs'

const WARM_MS = 1000
const BATCHES = 51
const EACH = 200

const [policies, facts] = process.argv.slice(2)
const wasm = (await import('@cedar-policy/cedar-wasm/nodejs')).default
const parsed = wasm.preparsePolicySet('thirty', {
  staticPolicies: fs.readFileSync(policies, 'utf8'),
})
if (parsed.type !== 'success') throw new Error(parsed.errors[0].message)
const call = {
  principal: { type: 'User', id: 'u' },
  action: { type: 'Action', id: 'a' },
  resource: { type: 'Cargo', id: 'c' },
  preparsedPolicySetId: 'thirty',
  entities: [],
  context: JSON.parse(fs.readFileSync(facts, 'utf8')),
}

function decide () {
  const answer = wasm.statefulIsAuthorized(call)
  if (answer.type !== 'success') throw new Error(answer.errors[0].message)
  const [error] = answer.response.diagnostics.errors
  if (error !== undefined) throw new Error(error.error.message)
  return answer.response.decision
}

function batch () {
  const begin = process.hrtime.bigint()
  for (let i = 0; i < EACH; i++) decide()
  return Number(process.hrtime.bigint() - begin) / EACH / 1000
}

const end = Date.now() + WARM_MS
while (Date.now() < end) batch()
const each = Array.from({ length: BATCHES }, batch).sort((a, b) => a - b)
console.log(`cedar-wasm, the same thirty (${decide()})\t${each[BATCHES >> 1].toFixed(2)}`)
