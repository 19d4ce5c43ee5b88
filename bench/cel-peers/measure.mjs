// measure.mjs POLICY.json PEER: one peer on one policy, in a process of its
// own, for one peer's types slow another's code. measure.mjs: the peers' names.
//
// Prints a line: name, version, median nanoseconds of an evaluation ("-" if the
// peer cannot run the policy), note; tabs between them.
import fs from 'node:fs'
import { peers } from './peers.mjs'
import { read } from './policy.mjs'

const WARM_MS = 2000
const BATCH_MS = 5
const BATCHES = 101
const COPIES = 4

function versionOf (name) {
  if (name === undefined) return `node ${process.versions.node}`
  const file = new URL(`node_modules/${name}/package.json`, import.meta.url)
  return JSON.parse(fs.readFileSync(file, 'utf8')).version
}

/** Throws unless the verdict is right, and wrong facts turn it. */
function verify (policy, { run, forms, omits = [] }) {
  const verdict = run(policy.facts(forms))
  if (verdict !== policy.expected) throw new Error(`gives ${String(verdict)}`)
  for (const [what, facts] of policy.spoilt(forms)) {
    if (!omits.includes(what) && run(facts) !== false) {
      throw new Error(`does not look at ${what}`)
    }
  }
}

// The smaller of two times: the clock's holds what else a busy machine does, the
// processor's what node's other threads do.
function stopwatch () {
  const begin = process.hrtime.bigint()
  const used = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(used)
    const passed = Number(process.hrtime.bigint() - begin)
    return Math.min(passed, (user + system) * 1000)
  }
}

// Equal facts in several copies, taken in turn: of one alone the compiler may
// compute parts ahead of the loop.
function batch (run, copies, expected, count) {
  let right = 0
  const elapsed = stopwatch()
  for (let i = 0; i < count; i++) {
    if (run(copies[i % COPIES]) === expected) right++
  }
  const ns = elapsed()
  if (right !== count) throw new Error(`${count - right} wrong verdicts`)
  return ns
}

function median (run, copies, expected) {
  let count = 1
  let ns = 0
  for (let spent = 0; spent < WARM_MS * 1e6; spent += ns) {
    ns = batch(run, copies, expected, count)
    if (ns < BATCH_MS * 1e6 / 2) count *= 2
  }
  count = Math.max(1, Math.round(count * BATCH_MS * 1e6 / ns))
  const each = Array.from({ length: BATCHES },
    () => batch(run, copies, expected, count) / count)
  return each.sort((a, b) => a - b)[BATCHES >> 1]
}

/** The nanoseconds, or why there are none; and the note. */
async function measure (policy, peer) {
  try {
    const prepared = await peer.prepare(policy)
    verify(policy, prepared)
    const copies = Array.from({ length: COPIES },
      () => policy.facts(prepared.forms))
    const ns = median(prepared.run, copies, policy.expected)
    return [ns.toFixed(1), peer.note ?? '']
  } catch (error) {
    const [line] = String(error.message ?? error).split('\n')
    const lack = peer.lacks?.[policy.name]
    return ['-', `cannot run: ${lack === undefined ? '' : `${lack}: `}${line}`]
  }
}

const [path, name] = process.argv.slice(2)
if (name === undefined) {
  console.log(Object.keys(peers).join('\n'))
} else {
  const policy = read(path)
  const peer = peers[name]
  if (peer.only?.includes(policy.name) ?? true) {
    const row = await measure(policy, peer)
    console.log([name, versionOf(peer.package), ...row].join('\t'))
  }
}
