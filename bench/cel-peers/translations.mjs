// The three policies in the words of peers that do not read CEL.

const fact = (path) => ({ var: path })

/** JSON Logic. Its numbers are doubles; times are milliseconds. */
export const jsonLogic = {
  P1: {
    and: [
      { '===': [fact('a.kind'), 'map'] },
      { '!==': [fact('a.dest'), 'KR'] },
      { or: [{ '<': [fact('a.scale'), 25000] }, fact('a.has_contours')] },
      { '!': { and: [fact('a.reviewed'), { '>=': [fact('a.review_year'), 2025] }] } },
      { '>': [fact('a.gsd'), 0.25] },
      { in: [fact('a.owner'), ['NGII', 'LX', 'KHOA']] },
      { '<': [fact('a.area_km2'), 25] },
      { '>': [fact('a.layers.length'), 2] },
      { some: [fact('a.layers'), { '===': [fact(''), 'road'] }] },
      { '>': [fact('a.ts'), Date.UTC(2025, 0, 1)] },
      { '===': [{ substr: [fact('a.name'), 0, 2] }, 'kr'] },
      { '===': [{ '%': [fact('a.n'), 2] }, 0] },
    ],
  },
  P2: {
    all: [
      { filter: [fact('items'), { '>': [fact('size'), 10] }] },
      {
        and: [
          { '===': [fact('region'), 'kr'] },
          { matches: [fact('cipher'), '^(ARIA|SEED|LEA)-[0-9]+$'] },
        ],
      },
    ],
  },
  P3: {
    and: [
      {
        '===': [{
          '%': [{
            if: [
              { '>': [{ '+': [{ '*': [fact('x'), 3] }, { '/': [fact('y'), 2] }] }, 100] },
              { '-': [fact('x'), fact('y')] },
              { '-': [fact('y'), fact('x')] },
            ],
          }, 7],
        }, 3],
      },
      { '<': [{ '/': [{ '+': [{ '*': [fact('d'), 1.5] }, 2] }, 3] }, 40] },
    ],
  },
}

const owners = ['NGII', 'LX', 'KHOA']
const start = Date.UTC(2025, 0, 1)
const cipher = /^(ARIA|SEED|LEA)-[0-9]+$/

/** What a programmer would write for just this policy. */
export const byHand = {
  P1: ({ a }) => a.kind === 'map' && a.dest !== 'KR' &&
    (a.scale < 25000 || a.has_contours) &&
    !(a.reviewed && a.review_year >= 2025) && a.gsd > 0.25 &&
    owners.includes(a.owner) && a.area_km2 < 25 && a.layers.length > 2 &&
    a.layers.some((l) => l === 'road') && a.ts > start &&
    a.name.startsWith('kr') && a.n % 2 === 0,
  P2: ({ items }) => items.filter((i) => i.size > 10).every(
    (i) => i.region === 'kr' && cipher.test(i.cipher)),
  P3: ({ x, y, d }) =>
    (x * 3 + Math.trunc(y / 2) > 100 ? x - y : y - x) % 7 === 3 &&
    (d * 1.5 + 2) / 3 < 40,
}

/** Cedar: P1 without size() and %, for which it has no words. */
export const cedar = {
  P1: `context.a.kind == "map" && context.a.dest != "KR" &&
    (context.a.scale < 25000 || context.a.has_contours) &&
    !(context.a.reviewed && context.a.review_year >= 2025) &&
    context.a.gsd.greaterThan(decimal("0.25")) &&
    ["NGII", "LX", "KHOA"].contains(context.a.owner) &&
    context.a.area_km2.lessThan(decimal("25.0")) &&
    context.a.layers.contains("road") &&
    context.a.ts > datetime("2025-01-01T00:00:00Z") &&
    context.a.name like "kr*"`,
}
