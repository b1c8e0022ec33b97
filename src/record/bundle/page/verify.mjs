// Verifier of Portolan evidence bundles. Apache-2.0.
// Made of the sources in verifier/ by scripts/verifier.ts, which gives the same bytes again: read it there.
function e(e) {
  let r = t(e);
  if (r !== void 0) return { family: 4, value: BigInt(r) };
  let [i = ``, a, o] = e.split(`::`);
  if (!e.includes(`:`) || o !== void 0) return;
  let s = n(i),
    c = a === void 0 ? [] : n(a);
  if (s === void 0 || c === void 0) return;
  let l = 8 - s.length - c.length;
  if (!(a === void 0 ? l !== 0 : l < 1))
    return { family: 6, value: [...s, ...Array(l).fill(0), ...c].reduce((e, t) => (e << 16n) | BigInt(t), 0n) };
}
function t(e) {
  let t = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(e)?.slice(1).map(Number);
  if (!(t === void 0 || t.some((e) => e > 255))) return t.reduce((e, t) => e * 256 + t, 0);
}
function n(e) {
  if (e === ``) return [];
  let n = [];
  for (let r of e.split(`:`)) {
    let e = t(r);
    if (e !== void 0) n.push(e >>> 16, e & 65535);
    else if (/^[0-9a-f]{1,4}$/i.test(r)) n.push(Number.parseInt(r, 16));
    else return;
  }
  return n;
}
function r(t) {
  let [, n, r] = /^([^/]+)\/(\d{1,3})$/.exec(t) ?? [];
  if (n !== void 0) {
    let t = e(n),
      i = t?.family === 4 ? 32n : 128n;
    if (t === void 0 || BigInt(r ?? 0) > i) return;
    let a = 1n << (i - BigInt(r ?? 0)),
      o = (t.value / a) * a;
    return { family: t.family, first: o, last: o + a - 1n };
  }
  let [i = ``, a = i] = t.split(`-`),
    o = e(i),
    s = e(a);
  if (!(o === void 0 || s === void 0 || o.family !== s.family || o.value > s.value))
    return { family: o.family, first: o.value, last: s.value };
}
function i(e, { family: t, value: n }) {
  return e.family === t && e.first <= n && n <= e.last;
}
function a(e, t) {
  if (e.family !== t.family) return;
  let n = e.first > t.first ? e.first : t.first,
    r = e.last < t.last ? e.last : t.last;
  return n > r ? void 0 : { family: e.family, first: n, last: r };
}
function o(e) {
  return e.split(`,`).flatMap((e) => {
    let [, t, n] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(e) ?? [];
    return t === void 0 ? [] : [[Number(t), Number(n ?? t)]];
  });
}
function s(e) {
  let t = { tcp: [], udp: [] },
    n = `tcp`;
  for (let r of e.split(`,`)) {
    let [, e, i, a, o] = /^\s*(?:([TUtu]):)?\s*(\d*)(-?)(\d*)\s*$/.exec(r) ?? [];
    if ((e !== void 0 && (n = e.toUpperCase() === `U` ? `udp` : `tcp`), i === void 0 || (i === `` && a === ``)))
      continue;
    let s = i === `` ? 1 : Number(i);
    t[n].push([s, a === `` ? s : o === `` || o === void 0 ? 65535 : Number(o)]);
  }
  return { tcp: c(t.tcp), udp: c(t.udp) };
}
function c(e) {
  let t = [];
  for (let [n, r] of [...e].sort((e, t) => e[0] - t[0])) {
    let e = t.at(-1);
    e !== void 0 && n <= e[1] + 1 ? (e[1] = Math.max(e[1], r)) : t.push([n, r]);
  }
  return t;
}
function l(e, t) {
  let n = [];
  for (let [r, i] of e) {
    let e = r;
    for (let [r, a] of t) a < e || r > i || (r > e && n.push([e, r - 1]), (e = a + 1));
    e <= i && n.push([e, i]);
  }
  return n;
}
function u(e, t) {
  return e.findLast((e) => e.at <= t);
}
function d({ facts: e, documents: t }, n) {
  let r = u(e.scopes, n);
  if (r === void 0) return;
  let i = t.scopes.get(r.version);
  return { recorded: r, ...(i === void 0 ? {} : { document: i }) };
}
function f({ documents: e }, t, n) {
  let i = t.written.flatMap((e) => r(e) ?? []),
    a = e.addresses.get(t.name)?.findLast(({ since: e }) => e <= n);
  if (a === void 0 || i.length === t.written.length) return { ranges: i, stated: !0 };
  let o = a.ranges;
  return { ranges: o, stated: o.every((e) => i.some((t) => p(e, t))) };
}
function p(e, t) {
  return e.family === t.family && t.first <= e.first && e.last <= t.last;
}
function m(e, t, n, r) {
  let { assets: a = [], targets: o = [] } = t.document ?? {};
  return a.find((t) => f(e, t, r).ranges.some((e) => i(e, n))) ?? o.find(({ written: e }) => e.some((e) => g(n, e)));
}
function h(e, t, n) {
  let r = e.document?.cadences.get(n),
    { staleness: i } = t.systemType;
  return r === void 0 ? i : Math.max(i, 2 * r);
}
function g(e, t) {
  let n = r(t);
  return n !== void 0 && i(n, e);
}
function _(e) {
  return String(e).replace(/\B(?=(\d{3})+$)/g, `,`);
}
function v(e, t, n = `${t}s`) {
  return `${_(e)} ${e === 1 ? t : n}`;
}
function y(e) {
  let t = new Date(e);
  return Number.isNaN(t.getTime()) ? `no time` : t.toISOString().replace(`.000Z`, `Z`);
}
function b(e) {
  let t = [
      [`d`, 864e5],
      [`h`, 36e5],
      [`m`, 6e4],
      [`s`, 1e3],
    ],
    n = [],
    r = e;
  for (let [e, i] of t) {
    let t = Math.floor(r / i);
    ((r -= t * i), t > 0 && n.length < 2 && n.push(`${t}${e}`));
  }
  return n.length === 0 ? `${e}ms` : n.join(` `);
}
function x(e, t, n) {
  let r = new Map();
  for (let { trusted: t, states: i, to: a } of e) {
    let e = t ? n(i) : void 0;
    if (e === void 0) continue;
    let o = r.get(e);
    o === void 0 ? r.set(e, [a]) : o.push(a);
  }
  let i = new Map();
  for (let [e, n] of r)
    i.set(
      e,
      ee(
        n.sort((e, t) => e - t),
        t,
      ),
    );
  return i;
}
function ee(e, t) {
  let n = [];
  for (let r of e) {
    let e = n.at(-1),
      i = r + t + 1;
    e !== void 0 && r <= e.to ? (e.to = i) : n.push({ from: r, to: i });
  }
  return n;
}
function S(e, t, n) {
  let r = [];
  for (let [n, i] of t)
    for (let { from: t, to: a } of i)
      a <= e.from ||
        t >= e.to ||
        r.push({ at: Math.max(t, e.from), sight: n, step: 1 }, { at: Math.min(a, e.to), sight: n, step: -1 });
  r.sort((e, t) => e.at - t.at);
  let i = new Map(),
    a = new Set(),
    o = [],
    s = (e, t) => {
      if (e >= t) return;
      let r = [...a].sort(),
        s = r.join(` `),
        c = i.get(s);
      if ((c === void 0 && i.set(s, (c = n(r))), !c)) return;
      let l = o.at(-1);
      l?.to === e ? (l.to = t) : o.push({ from: e, to: t });
    },
    c = e.from;
  for (let { at: e, sight: t, step: n } of r) (s(c, e), (c = e), n === 1 ? a.add(t) : a.delete(t));
  return (s(c, e.to), o);
}
function C(e, t = {}) {
  let { facts: n, documents: r, period: i } = e,
    [a, o] = [Math.max(t.from ?? i.from, i.from), Math.min(t.to ?? i.to, i.to)],
    s = new Map(),
    c = n.scopes.filter(({ version: e }) => r.scopes.has(e)).sort((e, t) => e.at - t.at);
  for (let [n, i] of c.entries()) {
    let l = n === 0 ? a : Math.max(a, i.at),
      u = Math.min(o, c[n + 1]?.at ?? o),
      d = r.scopes.get(i.version);
    if (l >= u || d === void 0) continue;
    let f = { recorded: i, document: d };
    for (let n of d.assets) {
      if (t.asset !== void 0 && n.name !== t.asset) continue;
      let r = w(e, f, n, { from: l, to: u }),
        i = s.get(n.name) ?? { vantage: d.vantage, time: 0, missed: 0, gaps: [] };
      i.time += u - l;
      for (let e of r) {
        i.missed += e.to - e.from;
        let t = i.gaps.at(-1);
        t?.to === e.from ? (i.gaps[i.gaps.length - 1] = { from: t.from, to: e.to }) : i.gaps.push(e);
      }
      s.set(n.name, i);
    }
  }
  return [...s].map(([e, { gaps: t, ...r }]) => ({
    asset: e,
    ...r,
    gaps: t.map((e) => ({ ...e, why: n.gaps.filter((t) => t.from < e.to && e.from < t.to) })),
  }));
}
function w(e, t, n, r) {
  let i = t.document?.vantage ?? ``,
    { ranges: a } = f(e, n, r.to - 1),
    o = n.systemType.ports;
  if (a.length === 0 || o.tcp.length + o.udp.length === 0) return [r];
  let s = e.facts.looks.get(i) ?? [],
    c = h(t, n, i),
    l = s.filter(({ to: e }) => e + c >= r.from && e < r.to),
    u = new Map(),
    d = new Map();
  return S(
    r,
    x(l, c, (t) => {
      if (d.has(t)) return d.get(t);
      let n = e.states.find(t),
        r = n === void 0 ? [] : e.states.leavesIn(n, a),
        i = r.length === 0 ? void 0 : r.map((e) => e.number).join(`+`);
      return (d.set(t, i), i !== void 0 && u.set(i, r), i);
    }),
    (e) =>
      T(
        a,
        o,
        e.flatMap((e) => u.get(e) ?? []),
      ),
  );
}
function T(e, t, n) {
  return e.some((e) => {
    let r = n.flatMap((t) => {
        let n = a(e, t.range);
        return n === void 0 ? [] : [{ ...n, lines: t.lines }];
      }),
      i = [e.first, ...r.flatMap(({ first: e, last: t }) => [e, t + 1n])].filter((t) => t <= e.last);
    return [...new Set(i)].some((e) => {
      let n = r.filter(({ first: t, last: n }) => t <= e && e <= n).flatMap((e) => e.lines);
      return [`tcp`, `udp`].some((e) => {
        let r = c(n.flatMap((t) => (t.transport === e ? t.ports : [])));
        return l(t[e], r).length > 0;
      });
    });
  });
}
function te({ vantage: e, time: t, missed: n, gaps: r }) {
  let i = t === 0 ? 0 : (n / t) * 100,
    a = n > 0 && i < 0.01 ? `less than 0.01` : i.toFixed(2).replace(/\.?0+$/, ``);
  return [
    `not wholly known for ${b(n)} of ${b(t)} (${a} %), seen from ${e}`,
    ...r.map(({ from: e, to: t, why: n }) => {
      let r = n.map(({ detail: e, cause: t, entry: n }) => `${e || t} (entry ${n})`);
      return `${y(e)} to ${y(t)}, ${b(t - e)}: ${r.length === 0 ? `no cause is recorded` : r.join(`; `)}`;
    }),
  ];
}
function ne({ facts: e, documents: t }, n) {
  let r = u(e.approvals, n.at);
  if (r === void 0) return { verdict: `no baseline`, proven: !0 };
  let i = t.baselines.get(r.version);
  if (i === void 0) return { approval: r, verdict: `text not included`, proven: !1 };
  let { at: a, vantage: o, transport: s, port: c } = n,
    l = { verdict: `not authorized` };
  for (let e of i.ports) {
    if (e.transport !== s || c < e.ports[0] || c > e.ports[1] || !re(e, n)) continue;
    let t = e.expires === void 0 || a < e.expires;
    if (e.exposure !== void 0 && !e.exposure.includes(o))
      l.verdict === `not authorized` && t && (l = { verdict: `elsewhere`, by: e });
    else if (t) return { approval: r, verdict: `authorized`, by: e, proven: i.proven };
    else l = { verdict: `expired`, by: e };
  }
  return { approval: r, ...l, proven: i.proven };
}
function re({ selector: e }, { asset: t, declared: n, address: a }) {
  let { asset: o, tag: s, systemType: c, cidr: l } = e,
    u = l === void 0 ? void 0 : r(l);
  return (
    (o === void 0 || (n && t?.name === o)) &&
    (s === void 0 || t?.tags.includes(s) === !0) &&
    (c === void 0 || t?.systemType.name === c) &&
    (l === void 0 || (u !== void 0 && i(u, a))) &&
    (o ?? s ?? c ?? l) !== void 0
  );
}
function ie({ host: e, transport: t, port: n }) {
  return `${t}/${e.includes(`:`) ? `[${e}]` : e}:${n}`;
}
function ae(e) {
  let [, t, n, r, i, a] = /^(?:(tcp|udp)\/)?(?:\[([^\]]+)\]|([^[\]]+)):(\d{1,5})(?:\/(tcp|udp))?$/.exec(e.trim()) ?? [],
    o = n ?? r,
    s = Number(i);
  if (o !== void 0 && s >= 1 && s <= 65535)
    return { host: o, transport: (t ?? a ?? `tcp`) === `udp` ? `udp` : `tcp`, port: s };
}
function oe(t, { transport: n, port: r }) {
  let i = e(t);
  return i === void 0 ? void 0 : { host: t, address: i, transport: n, port: r };
}
function se({ family: e, value: t }) {
  if (e === 4) return [24n, 16n, 8n, 0n].map((e) => String((t >> e) & 255n)).join(`.`);
  let n = Array.from({ length: 8 }, (e, n) => ((t >> BigInt(112 - n * 16)) & 65535n).toString(16)),
    [r, i] = [0, 1];
  for (let e = 0; e < n.length; e += 1) {
    let t = e;
    for (; n[t] === `0`;) t += 1;
    t - e > i && ([r, i] = [e, t - e]);
  }
  return i === 1 ? n.join(`:`) : `${n.slice(0, r).join(`:`)}::${n.slice(r + i).join(`:`)}`;
}
const ce = new TextEncoder();
function E(e) {
  return ce.encode(e);
}
function D(...e) {
  let t = new Uint8Array(e.reduce((e, t) => e + t.length, 0)),
    n = 0;
  for (let r of e) (t.set(r, n), (n += r.length));
  return t;
}
function O(e) {
  let t = ``;
  for (let n of e) t += n.toString(16).padStart(2, `0`);
  return t;
}
function le(e) {
  if (/^(?:[0-9a-f]{2})*$/.test(e))
    return Uint8Array.from({ length: e.length / 2 }, (t, n) => Number.parseInt(e.slice(n * 2, n * 2 + 2), 16));
}
function k(e) {
  let t = ``;
  for (let n of e) t += String.fromCharCode(n);
  return btoa(t);
}
function A(e) {
  try {
    let t = atob(e);
    return btoa(t) === e ? Uint8Array.from(t, (e) => e.charCodeAt(0)) : void 0;
  } catch {
    return;
  }
}
const ue = pe(64),
  de = Uint32Array.from(ue, (e) => me(Math.cbrt(e))),
  fe = Uint32Array.from(ue.slice(0, 8), (e) => me(Math.sqrt(e)));
function pe(e) {
  let t = [];
  for (let n = 2; t.length < e; n += 1) t.every((e) => n % e !== 0) && t.push(n);
  return t;
}
function me(e) {
  return Math.floor((e - Math.floor(e)) * 2 ** 32);
}
const j = new Uint32Array(64);
function he(e, t, n) {
  let r = (e, t) => e[t];
  for (let e = 0; e < 16; e += 1) {
    let r = n + e * 4;
    j[e] = (t[r] << 24) | (t[r + 1] << 16) | (t[r + 2] << 8) | t[r + 3];
  }
  for (let e = 16; e < 64; e += 1) {
    let t = r(j, e - 15),
      n = r(j, e - 2),
      i = ((t >>> 7) | (t << 25)) ^ ((t >>> 18) | (t << 14)) ^ (t >>> 3),
      a = ((n >>> 17) | (n << 15)) ^ ((n >>> 19) | (n << 13)) ^ (n >>> 10);
    j[e] = (r(j, e - 16) + i + r(j, e - 7) + a) | 0;
  }
  let i = r(e, 0) | 0,
    a = r(e, 1) | 0,
    o = r(e, 2) | 0,
    s = r(e, 3) | 0,
    c = r(e, 4) | 0,
    l = r(e, 5) | 0,
    u = r(e, 6) | 0,
    d = r(e, 7) | 0;
  for (let e = 0; e < 64; e += 1) {
    let t = ((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7)),
      n = (d + t + ((c & l) ^ (~c & u)) + r(de, e) + r(j, e)) | 0,
      f =
        ((((i >>> 2) | (i << 30)) ^ ((i >>> 13) | (i << 19)) ^ ((i >>> 22) | (i << 10))) +
          ((i & a) ^ (i & o) ^ (a & o))) |
        0;
    ((d = u), (u = l), (l = c), (c = (s + n) | 0), (s = o), (o = a), (a = i), (i = (n + f) | 0));
  }
  for (let [t, n] of [i, a, o, s, c, l, u, d].entries()) e[t] = (r(e, t) + n) | 0;
}
function ge() {
  let e = Uint32Array.from(fe),
    t = new Uint8Array(64),
    n = 0,
    r = 0;
  return {
    update(i) {
      r += i.length;
      let a = 0;
      if (n > 0) {
        if (((a = Math.min(64 - n, i.length)), t.set(i.subarray(0, a), n), (n += a), n < 64)) return;
        he(e, t, 0);
      }
      for (; a + 64 <= i.length; a += 64) he(e, i, a);
      (t.set(i.subarray(a)), (n = i.length - a));
    },
    digest() {
      let i = new Uint8Array(n + 1 + 8 > 64 ? 128 : 64);
      (i.set(t.subarray(0, n)), (i[n] = 128), new DataView(i.buffer).setBigUint64(i.length - 8, BigInt(r) * 8n));
      for (let t = 0; t < i.length; t += 64) he(e, i, t);
      let a = new DataView(new ArrayBuffer(32));
      return (e.forEach((e, t) => a.setUint32(t * 4, e)), new Uint8Array(a.buffer));
    },
  };
}
const M = typeof process == `object` ? await import(`node:crypto`) : void 0;
function _e() {
  if (M === void 0) return ge();
  let e = M.createHash(`sha256`);
  return { update: (t) => void e.update(t), digest: () => new Uint8Array(e.digest()) };
}
const N = ve();
function ve() {
  return M !== void 0 && `hash` in M
    ? (e) => M.hash(`sha256`, e, `buffer`)
    : (e) => {
        let t = _e();
        return (t.update(typeof e == `string` ? E(e) : e), t.digest());
      };
}
const ye = Uint8Array.of(48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0);
async function be(e, t, n) {
  if (n.length !== 64) return !1;
  if (M !== void 0)
    try {
      let r = Buffer.from(D(ye, e));
      return M.verify(null, t, M.createPublicKey({ key: r, format: `der`, type: `spki` }), n);
    } catch {
      return !1;
    }
  try {
    let { subtle: r } = globalThis.crypto,
      i = await r.importKey(`raw`, Uint8Array.from(e), `Ed25519`, !1, [`verify`]);
    return await r.verify(`Ed25519`, i, Uint8Array.from(n), Uint8Array.from(t));
  } catch {
    return;
  }
}
function P() {
  return N(new Uint8Array());
}
function xe(e) {
  let t = new Uint8Array(1 + e.length);
  return ((t[0] = 0), t.set(e, 1), N(t));
}
function Se(e) {
  return N(`\0${e}`);
}
function F(e, t) {
  let n = new Uint8Array(1 + e.length + t.length);
  return ((n[0] = 1), n.set(e, 1), n.set(t, 1 + e.length), N(n));
}
function I(e, t) {
  if (e.length !== t.length) return !1;
  for (let n = 0; n < e.length; n += 1) if (e[n] !== t[n]) return !1;
  return !0;
}
function Ce(e, t) {
  let n = e,
    r = t;
  return {
    size: () => n,
    append(e) {
      let t = e;
      for (let e = n; e % 2 == 1; e = (e - 1) / 2) {
        let e = r.pop();
        if (e === void 0) throw Error(`the frontier has fewer subtrees than its size says`);
        t = F(e, t);
      }
      (r.push(t), (n += 1));
    },
    root() {
      let e = r.at(-1);
      if (e === void 0) return P();
      for (let t = r.length - 2; t >= 0; --t) {
        let n = r[t];
        n !== void 0 && (e = F(n, e));
      }
      return e;
    },
    frontier() {
      let e = new Uint8Array(r.length * 32);
      return (r.forEach((t, n) => e.set(t, n * 32)), e);
    },
    copy: () => Ce(n, [...r]),
  };
}
function we(e, t) {
  if (!Number.isSafeInteger(e) || e < 0) return;
  let n = 0;
  for (let t = e; t > 0; t = Math.floor(t / 2)) n += t % 2;
  if (t.length === n * 32)
    return Ce(
      e,
      Array.from({ length: n }, (e, n) => t.slice(n * 32, (n + 1) * 32)),
    );
}
const Te = new TextEncoder();
function Ee(e, t) {
  let n = Te.encode(t),
    r = new Uint8Array(e.length + n.length);
  return (r.set(e), r.set(n, e.length), xe(r));
}
const De = [`open`, `closed`, `filtered`, `no-response`, `unreachable`];
function Oe(t, n, r) {
  if (
    !t.endsWith(`
`)
  )
    return;
  let [i = ``, ...a] = t.slice(0, -1).split(`
`),
    [s = ``, c = ``, l] = i.split(` `),
    u = e(s),
    d = e(c);
  if (u === void 0 || d?.family !== u.family || u.value > d.value || l !== void 0) return;
  let f = [];
  for (let e of a) {
    let [t, n, r = ``, i] = e.split(` `),
      a = De.find((e) => e === n);
    if ((t !== `tcp` && t !== `udp`) || a === void 0 || i !== void 0) return;
    let s = o(r);
    if (s.length === 0) return;
    f.push({ transport: t, state: a, ports: s, text: r });
  }
  return {
    number: r,
    range: { family: u.family, first: u.value, last: d.value },
    first: s,
    last: c,
    lines: f,
    ...(n === void 0 ? {} : { hash: Ee(n, t) }),
  };
}
function ke(e, t, n) {
  return e.lines.find((e) => e.transport === t && e.ports.some(([e, t]) => e <= n && n <= t))?.state;
}
function Ae(e) {
  let t = [];
  for (let n = 0; n < e.length;) {
    let { first: r, lines: i, range: a } = e[n],
      o = e[n];
    for (n += 1; n < e.length; n += 1) {
      let t = e[n];
      if (t.range.family !== a.family || t.range.first !== o.range.last + 1n || je(t) !== je(o)) break;
      o = t;
    }
    for (let { transport: e, state: n, text: a } of i) t.push(`${r} ${o.last} ${e} ${n} ${a}\n`);
  }
  return N(t.join(``));
}
function je({ lines: e }) {
  return e.map(({ transport: e, state: t, text: n }) => `${e} ${t} ${n}`).join(`
`);
}
function Me(e, t, n, r) {
  let { at: i, staleness: a } = r,
    o = (e.facts.looks.get(n) ?? [])
      .filter((e) => e.trusted && e.to <= i)
      .sort((e, t) => t.to - e.to || t.entry - e.entry),
    s = (e.facts.transitions.get(`${n} ${ie(t)}`) ?? []).filter((e) => e.at <= i).reduce(Ne, void 0),
    c = Pe(e, t),
    l = o.findIndex((e) => c(e.states) !== void 0),
    u = o[l],
    d = u !== void 0 && i <= u.to + a ? u : void 0,
    f = { vantage: n, ...(u === void 0 ? {} : { lastLook: u }) };
  if (s !== void 0) {
    if (d === void 0 && i > s.at + a) return { ...f, state: `unknown`, transition: s };
    let e = Math.max(d?.to ?? s.at, s.at);
    return { ...f, state: s.state, transition: s, lookedAt: e, ...(d === void 0 ? {} : { look: d }) };
  }
  if (d === void 0) return { ...f, state: `unknown` };
  let p = c(d.states) ?? `unknown`,
    m = d;
  for (let e of o.slice(l + 1)) {
    let t = c(e.states);
    if (t !== void 0) {
      if (t !== p) break;
      m = e;
    }
  }
  return { ...f, state: p, look: d, lookedAt: d.to, sameSince: m };
}
function Ne(e, t) {
  return e === void 0 || t.at >= e.at ? t : e;
}
function Pe(e, { address: t, transport: n, port: r }) {
  let i = new Map();
  return (a) => {
    if (!i.has(a)) {
      let o = e.states.find(a),
        s = o === void 0 ? void 0 : e.states.leafOf(o, t);
      i.set(a, s === void 0 ? void 0 : ke(s, n, r));
    }
    return i.get(a);
  };
}
function Fe(e, t, n) {
  let r = ae(n);
  if (r === void 0) return { problem: `${n} is not an endpoint: write db-3:5432, 10.0.0.3:53/udp or [::1]:22` };
  let { from: i, to: a } = e.period;
  if (t < i || t > a) return { problem: `${y(t)} is outside the period of this bundle, ${y(i)} to ${y(a)}` };
  let o = d(e, t);
  if (o === void 0) return { problem: `at ${y(t)} no scope had been recorded, so nobody looked anywhere` };
  let s = o.document?.assets.find(({ name: e }) => e === r.host),
    c = Ie(e, r, s, t);
  return `problem` in c
    ? c
    : c.flatMap((n) => {
        let r = s ?? m(e, o, n.address, t);
        return Le(e, o).flatMap((i) => Re(e, { at: t, scope: o, owner: r, endpoint: n, vantage: i }) ?? []);
      });
}
function Ie(e, t, n, r) {
  let i = oe(t.host, t);
  if (i !== void 0) return [{ ...i, host: se(i.address) }];
  if (n === void 0) return { problem: `no asset named ${t.host} was in the scope at ${y(r)}` };
  let { ranges: a } = f(e, n, r),
    o = a.reduce((e, { first: t, last: n }) => e + n - t + 1n, 0n);
  return o === 0n
    ? { problem: `no address was known for ${n.name} at ${y(r)}` }
    : o > 64n
      ? { problem: `${n.name} had ${o} addresses: ask about one of them` }
      : a.flatMap(({ family: e, first: n, last: r }) => {
          let i = [];
          for (let a = n; a <= r; a += 1n) {
            let n = { family: e, value: a };
            i.push({ ...t, host: se(n), address: n });
          }
          return i;
        });
}
function Le({ facts: e }, { document: t }) {
  let n = t === void 0 ? [] : [t.vantage];
  return [...new Set([...n, ...[...e.looks.keys()].sort()])];
}
function Re(e, t) {
  let { at: n, scope: r, owner: i, endpoint: a, vantage: o } = t,
    s = i === void 0 ? 0 : h(r, i, o),
    c = Me(e, a, o, { at: n, staleness: s });
  if ((c.lastLook ?? c.transition) === void 0 && r.document !== void 0 && o !== r.document.vantage) return;
  let l = r.document?.assets.some((e) => e === i) === !0,
    u = ne(e, { at: n, vantage: o, asset: i, declared: l, ...a }),
    d = l && i !== void 0 ? `${i.name} (${a.host})` : a.host;
  return {
    headline: `${a.transport} port ${a.port} on ${d} at ${y(n)}, seen from ${o}: ${c.state.toUpperCase()}`,
    state: c.state,
    lines: [
      ...ze(e, c, s, n),
      ...He(e, t, c),
      ...Ue(u, c.state),
      [`owner`, i?.owner ?? `none is declared`],
      [
        `scope`,
        `version ${r.recorded.version}, recorded by ${r.recorded.recordedBy} at ${y(r.recorded.at)} (entry ${r.recorded.entry})`,
      ],
      ...We(e, t, l),
      ...Ge(e, n),
    ],
  };
}
function ze(e, t, n, r) {
  let i = `a look counts for ${b(n)} here; after that the state is unknown, which is not closed`;
  if (t.state === `unknown`) {
    let e = t.lastLook;
    return [
      [
        `state`,
        `unknown: nobody looked in time. Last look: ${e === void 0 ? `no look in this bundle covers it` : `${Be(e)}, ${b(r - e.to)} before`}`,
      ],
      [`rule`, i],
    ];
  }
  let { look: a, transition: o, sameSince: s, lookedAt: c } = t,
    l =
      o === void 0
        ? `${y(s?.to ?? 0)} at the latest: the earliest look in this bundle that saw it so (entry ${s?.entry})`
        : `${y(o.at)}${Ve(e, o.sweep)} (entry ${o.entry})`,
    u = new Set([a?.entry, a?.sweep?.startEntry, o?.entry].filter((e) => e !== void 0));
  return [
    [`state`, t.state],
    [`since`, l],
    [`last looked`, a === void 0 ? `${y(c ?? 0)}, when the state was seen to begin` : Be(a)],
    [
      `rests on`,
      `${u.size === 1 ? `entry` : `entries`} ${[...u].sort((e, t) => e - t).join(`, `)}; host states named ${a?.states ?? `by no look`}`,
    ],
    [`rule`, i],
  ];
}
function Be({ to: e, sweep: t, entry: n }) {
  if (t === void 0) return `${y(e)}, by a look without change (entry ${n})`;
  let { id: r, kind: i, engine: a, requestedBy: o, verdict: s } = t;
  return `${y(e)}, by sweep ${r} (${i}, ${a} engine, ${s ?? `unfinished`}, requested by ${o}; entry ${n})`;
}
function Ve({ facts: e }, t) {
  return e.sweeps.has(t) ? `, seen by sweep ${t}` : ``;
}
function He({ facts: e }, { vantage: t, endpoint: n, at: r }, { state: i }) {
  let a = u(e.services.get(`${t} ${ie(n)}`) ?? [], r);
  return i !== `open` || a === void 0 || a.service === ``
    ? []
    : [[`service`, `${a.service}, identified at ${y(a.at)} (entry ${a.entry})`]];
}
function Ue({ approval: e, verdict: t, by: n, proven: r }, i) {
  let a = r ? `` : `; the text of the baseline is not included whole, so this line is a copy, not proven`,
    o = n === void 0 ? `` : `owner ${n.owner}, justified with: ${n.justification}`,
    s = [
      [
        `allowed`,
        {
          authorized: `yes: ${o}`,
          expired: `no: the authorization had expired at ${y(n?.expires ?? 0)} (${o})`,
          elsewhere: `no: authorized only as seen from ${n?.exposure?.join(`, `) ?? ``} (${o})`,
          "not authorized":
            i === `open`
              ? `no: nothing in the port baseline authorizes it`
              : `nothing in the port baseline authorizes it`,
          "no baseline": `no port baseline had been approved by then`,
          "text not included": `not known: the text of the port baseline is not in this bundle`,
        }[t] + a,
      ],
    ];
  if (e !== void 0) {
    let { version: t, approvedBy: n, through: r, proposedBy: i, at: a, entry: o } = e,
      c = i === void 0 ? `` : `, proposed by ${i}`;
    s.push([`decided by`, `port baseline ${t}, approved by ${n} (${r}) at ${y(a)}${c} (entry ${o})`]);
  }
  return s;
}
function We(e, { owner: t, at: n }, r) {
  return !r || t === void 0 || f(e, t, n).stated
    ? []
    : [[`address`, `resolved from a name: the log does not state to which address, the record does`]];
}
function Ge({ facts: { boundSince: e } }, t) {
  return e === void 0 || e.entry === 0 || e.at <= t
    ? []
    : [[`label`, `from before ${y(e.at)}, since when the log binds every answer: not proven before`]];
}
function Ke({ facts: e, documents: t, period: n }) {
  let r = u(e.scopes, n.to),
    i = new Map(),
    a = 0;
  for (let t of e.looks.values())
    for (let { sweep: e, to: n } of t) e === void 0 ? (a += 1) : i.set(e.id, Math.max(n, i.get(e.id) ?? 0));
  let o = [...e.sweeps.values()].flatMap(({ id: e, kind: t, vantage: n, verdict: r, finishEntry: a }) =>
    r === void 0 || a === void 0 ? [] : [{ id: e, kind: t, vantage: n, verdict: r, entry: a, to: i.get(e) ?? 0 }],
  );
  return {
    scope: r?.name ?? ``,
    assets: t.scopes.get(r?.version ?? 0)?.assets.map(({ name: e }) => e) ?? [],
    vantages: [...e.looks.keys()].sort(),
    sweeps: o.filter(({ to: e }) => e >= n.from && e <= n.to),
    looks: a,
    gaps: e.gaps,
    approvals: e.approvals,
    findings: [...e.findings.values()],
  };
}
const qe = [
  `That an entry was true when it was written: whoever holds the key could write what they like, once.`,
  `That everything was recorded: a sweep that never ran has no entry. The gaps show when nobody looked.`,
  `When an entry was written: its time is the clock of that machine, unless a timestamp or a witness bounds it.`,
  `What came after the last checkpoint, and what was removed from its end: hold a later checkpoint against it.`,
];
function Je({ key: e, verified: t, problemCount: n }) {
  if (n > 0) return `Does not verify: ${v(n, `problem`)}.`;
  switch (e) {
    case `confirmed`:
      return `Verified, and signed by the key with the fingerprint that you gave.`;
    case `another`:
      return `Not the log that you expect: no key of it has the fingerprint that you gave.`;
    case `not confirmed`:
      return t ? `Consistent with itself; key not confirmed.` : `Does not verify.`;
  }
}
function Ye({ file: e, index: t, field: n, problem: r }) {
  return [e, ...(t === void 0 ? [] : [`entry or line ${_(t)}`]), ...(n === void 0 ? [] : [n])]
    .join(`, `)
    .concat(`: ${r}.`);
}
function Xe(e) {
  let {
      origin: t,
      fingerprints: n,
      first: r,
      last: i,
      period: a,
      assets: o,
      program: s,
      checked: c,
      unchecked: l,
      problems: u,
      problemCount: d,
    } = e,
    f = d - u.length;
  return [
    Je(e),
    ``,
    `  log          ${t}`,
    ...n.map((e) => `  key          ${e}`),
    `  root         ${i.root}`,
    `  entries      ${_(r.size)} to ${_(i.size - 1)}`,
    `  period       ${a.from} to ${a.to}`,
    ...(o.length === 0 ? [] : [`  assets only  ${o.join(`, `)}`]),
    `  written by   Portolan ${s}`,
    ``,
    ...L(`Problems`, [...u.map(Ye), ...(f > 0 ? [`${v(f, `further problem`)} not listed.`] : [])]),
    ...L(`Checked`, c),
    ...L(`Not checked`, l),
    ...L(`What a log cannot prove`, qe),
    ...(e.key === `not confirmed`
      ? [
          `Compare the fingerprint of the key with one from outside this bundle, by phone or letter, and give it with --key.`,
          ``,
        ]
      : []),
  ].join(`
`);
}
function L(e, t) {
  return t.length === 0 ? [] : [e, ...t.map((e) => `  - ${e}`), ``];
}
function Ze({ headline: e, lines: t }) {
  let n = Math.max(...t.map(([e]) => e.length));
  return [e, ...t.map(([e, t]) => `  ${e.padEnd(n)}  ${t}`), ``].join(`
`);
}
const Qe = /^[^\s\u0085+\p{Cc}]+$/u,
  $e = /^— (?<name>[^ ]+) (?<signature>[A-Za-z0-9+/]+={0,2})$/u;
function et(e) {
  return e.length <= 255 && e.isWellFormed() && Qe.test(e);
}
function tt(e, t) {
  return O(N(D(E(`${e}\n`), Uint8Array.of(1), t))).slice(0, 8);
}
function nt(e) {
  return O(N(e));
}
function rt(e, t) {
  return { name: e, id: tt(e, t), publicKey: t };
}
function it(e) {
  return `${e.name}+${e.id}+${k(D(Uint8Array.of(1), e.publicKey))}`;
}
function at(e) {
  if (e.length > 65536 || !e.isWellFormed() || /[\x00-\x09\x0b-\x1f]/.test(e)) return;
  let t = e.lastIndexOf(`

`);
  if (
    t < 0 ||
    !e.endsWith(`
`)
  )
    return;
  let n = e.slice(t + 2, -1).split(`
`);
  if (n.length > 64) return;
  let r = [];
  for (let e of n) {
    let { name: t, signature: n } = $e.exec(e)?.groups ?? {},
      i = n === void 0 ? void 0 : A(n);
    if (t === void 0 || !et(t) || i === void 0 || i.length <= 4) return;
    r.push({ name: t, keyId: O(i.slice(0, 4)), signature: i.slice(4) });
  }
  return { text: e.slice(0, t + 1), signatures: r };
}
async function ot(e, t) {
  let n = [];
  for (let { name: r, keyId: i, signature: a } of e.signatures) {
    let o = t.find((e) => e.name === r && e.id === i);
    if (o === void 0) continue;
    if (n.includes(o)) return { outcome: `repeated-signature`, key: o };
    let s = await be(o.publicKey, E(e.text), a);
    if (s === void 0) return { outcome: `unchecked`, key: o };
    if (!s) return { outcome: `bad-signature`, key: o };
    n.push(o);
  }
  return n.length > 0
    ? { outcome: `verified`, keys: n }
    : { outcome: `unknown-keys`, signers: e.signatures.map((e) => `${e.name}+${e.keyId}`) };
}
function R(e) {
  try {
    return JSON.parse(e);
  } catch {
    return;
  }
}
function z(e) {
  return typeof e == `object` && e && !Array.isArray(e) ? e : {};
}
function B(e) {
  return Array.isArray(e) ? e : [];
}
function V(e) {
  return typeof e == `string` ? e : void 0;
}
function H(e) {
  return typeof e == `number` && Number.isSafeInteger(e) ? e : void 0;
}
function U(e) {
  let t = typeof e == `string` ? Date.parse(e) : NaN;
  return Number.isNaN(t) ? void 0 : t;
}
const W = `manifest.json`,
  G = `manifest.sig`,
  K = `checkpoints/last.txt`,
  q = `checkpoints/others.jsonl`,
  J = `log/leaf-hashes.txt`,
  Y = `log/entries.jsonl`,
  X = `log/proven.jsonl`,
  st = `states/hosts.jsonl`,
  ct = `states/sets.jsonl`,
  lt = `banners.jsonl`;
function ut(e) {
  return `documents/scope-${e}.json`;
}
function dt(e) {
  return `documents/port-baseline-${e}.json`;
}
const ft = `documents/addresses.jsonl`;
async function pt(e, { commitments: t }, n) {
  if (!e.has(`banners.jsonl`)) return;
  let r = 0,
    i = 0;
  for await (let a of e.lines(lt)) {
    if (a === ``) continue;
    let [e, o] = B(R(a)).map(String),
      s = O(N(D(A(e ?? ``) ?? new Uint8Array(), E(o ?? ``))));
    (t.has(s) ? (i += 1) : n.add({ file: lt, index: r, problem: `no entry commits to this banner` }), (r += 1));
  }
  return `${v(i, `raw banner`)}, by the salted hashes in the entries that identified the services.`;
}
function mt(e) {
  if (
    !e.endsWith(`
`)
  )
    return;
  let [t, n, r, ...i] = e.slice(0, -1).split(`
`);
  if (t === void 0 || n === void 0 || r === void 0 || t === `` || i.includes(``) || !/^(0|[1-9]\d*)$/.test(n)) return;
  let a = Number(n),
    o = A(r);
  if (Number.isSafeInteger(a) && o?.length === 32) return { origin: t, size: a, rootHash: o };
}
function ht() {
  let e = [],
    t = 0;
  return {
    add(n) {
      ((t += 1), e.length < 200 && e.push(n));
    },
    list: () => e,
    count: () => t,
  };
}
function Z(e) {
  return (e.length > 80 ? `${e.slice(0, 80)}...` : e).replace(
    /[^\x20-\x7e]/g,
    (e) => `\\u${e.charCodeAt(0).toString(16).padStart(4, `0`)}`,
  );
}
async function gt(e, t, n) {
  let r = await e.text(t);
  if (r === void 0) return;
  let i = vt(r);
  if (i === void 0) n.add({ file: t, problem: `is not a C2SP checkpoint` });
  else return { file: t, body: i, note: r };
}
async function _t(e, t) {
  let n = [];
  if (!e.has(`checkpoints/others.jsonl`)) return n;
  let r = -1;
  for await (let i of e.lines(q)) {
    if (i === ``) continue;
    r += 1;
    let e = R(i),
      a = typeof e == `string` ? vt(e) : void 0;
    a === void 0
      ? t.add({ file: q, index: r, problem: `is not a C2SP checkpoint` })
      : n.push({ file: q, index: r, body: a, note: String(e) });
  }
  return n;
}
function vt(e) {
  let t = at(e);
  return t === void 0 ? void 0 : mt(t.text);
}
async function yt({ file: e, index: t, body: n, note: r }, { origin: i, keys: a }, o) {
  let s = { file: e, ...(t === void 0 ? {} : { index: t }) },
    c = at(r);
  if (c === void 0) return `bad`;
  if (n.origin !== i)
    return (o.add({ ...s, field: `origin`, problem: `is of the log ${Z(n.origin)}, not ${Z(i)}` }), `bad`);
  let l = await ot(c, a);
  switch (l.outcome) {
    case `verified`:
      return `signed`;
    case `unchecked`:
      return `unchecked`;
    case `repeated-signature`:
      return (o.add({ ...s, field: `signature`, problem: `is signed twice by ${l.key.name}+${l.key.id}` }), `bad`);
    case `bad-signature`:
      return (
        o.add({ ...s, field: `signature`, problem: `the signature of ${l.key.name}+${l.key.id} is not that key's` }),
        `bad`
      );
    case `unknown-keys`:
      return (
        o.add({ ...s, field: `signature`, problem: `no key of the log signed it, but ${Z(l.signers.join(`, `))}` }),
        `bad`
      );
  }
}
async function bt(e, t, n) {
  let r = z(R((await e.text(`documents/extract.json`)) ?? ``)),
    i = new Map();
  for (let { version: a, digest: o } of t.scopes) {
    let t = await xt(e, ut(a), o, n),
      s = B(r.scopes)
        .map(z)
        .find((e) => e.version === a),
      c = t ?? s?.scope;
    c !== void 0 && i.set(a, St(a, z(c), t !== void 0));
  }
  let a = new Map();
  for (let { version: i, digest: o } of t.approvals) {
    let t = await xt(e, dt(i), o, n),
      s = B(r.baselines)
        .map(z)
        .find((e) => e.version === i),
      c = t ?? s?.authorizedPorts;
    c !== void 0 && a.set(i, { version: i, proven: t !== void 0, ports: B(c).map(Ct) });
  }
  return { scopes: i, baselines: a, addresses: await wt(e, n) };
}
async function xt(e, t, n, r) {
  let i = await e.text(t);
  if (i === void 0) return;
  let a = O(N(E(i)));
  if (a === n) return R(i);
  r.add({ file: t, field: `digest`, problem: `has the SHA-256 ${a}, and the log names ${Z(n)}` });
}
function St(e, t, n) {
  let r = new Map();
  for (let e of B(t.systemTypes)) {
    let t = z(e),
      n = V(t.name) ?? ``,
      i = s(V(t.ports) ?? ``);
    r.set(n, { name: n, staleness: H(t.staleness) ?? 0, ports: i });
  }
  let i = (e) => {
      let t = z(e),
        n = V(t.owner),
        i = V(t.systemType) ?? ``;
      return {
        name: V(t.name) ?? ``,
        ...(n === void 0 ? {} : { owner: n }),
        tags: B(t.tags).map(String),
        systemType: r.get(i) ?? { name: i, staleness: 0, ports: { tcp: [], udp: [] } },
        written: B(t.addresses).map(String),
      };
    },
    a = new Map();
  for (let e of B(t.vantagePoints)) {
    let t = H(z(e).cadence);
    t !== void 0 && a.set(V(z(e).name) ?? ``, t);
  }
  return {
    version: e,
    vantage: V(t.vantage) ?? ``,
    assets: B(t.assets).map(i),
    targets: B(t.targets).map(i),
    cadences: a,
    proven: n,
  };
}
function Ct(e) {
  let t = z(e),
    n = z(t.selector),
    [r, i] = B(t.ports).map(Number),
    a = Object.entries(n).filter((e) => typeof e[1] == `string`),
    o = H(t.expires);
  return {
    selector: Object.fromEntries(a),
    transport: t.transport === `udp` ? `udp` : `tcp`,
    ports: [r ?? 0, i ?? r ?? 0],
    owner: V(t.owner) ?? ``,
    justification: V(t.justification) ?? ``,
    ...(t.exposure === void 0 ? {} : { exposure: B(t.exposure).map(String) }),
    ...(o === void 0 ? {} : { expires: o }),
  };
}
async function wt(e, t) {
  let n = new Map();
  if (!e.has(`documents/addresses.jsonl`)) return n;
  let i = 0;
  for await (let a of e.lines(ft)) {
    if (a === ``) continue;
    let [e, o, s] = B(R(a)),
      c = U(o),
      l = B(s).map((e) => r(B(e).join(`-`)));
    (typeof e != `string` || c === void 0 || l.includes(void 0)
      ? t.add({ file: ft, index: i, problem: `is not the addresses of an asset` })
      : n.set(e, [...(n.get(e) ?? []), { since: c, ranges: l }]),
      (i += 1));
  }
  return n;
}
function Tt(e) {
  return e.isWellFormed() ? JSON.stringify(e) : void 0;
}
function Et(e, t) {
  if (e === null) return `null`;
  switch (typeof e) {
    case `boolean`:
      return e ? `true` : `false`;
    case `number`:
      return Number.isFinite(e) ? JSON.stringify(e) : void 0;
    case `string`:
      return Tt(e);
    case `object`:
      break;
    default:
      return;
  }
  if (t !== 64) return Array.isArray(e) ? Dt(e, t + 1) : Ot(e, t + 1);
}
function Dt(e, t) {
  let n = ``;
  for (let r of e) {
    let e = Et(r, t);
    if (e === void 0) return;
    n += n === `` ? e : `,${e}`;
  }
  return `[${n}]`;
}
function Ot(e, t) {
  let n = ``;
  for (let r of Object.keys(e).sort()) {
    let i = Tt(r),
      a = Et(e[r], t);
    if (i === void 0 || a === void 0) return;
    n += n === `` ? `${i}:${a}` : `,${i}:${a}`;
  }
  return `{${n}}`;
}
function kt(e) {
  return Et(e, 0);
}
function At(e) {
  return `"${(e.length > 60 ? `${e.slice(0, 60)}…` : e).replace(/[^\x20-\x7e…]/g, (e) => `\\u${e.charCodeAt(0).toString(16).padStart(4, `0`)}`)}"`;
}
function jt(e) {
  let t = new Date(e);
  return Number.isNaN(t.getTime()) ? void 0 : t.toISOString();
}
function Mt(e) {
  return typeof e == `object` && !!e && !Array.isArray(e);
}
function Nt(e) {
  try {
    return JSON.parse(e);
  } catch {
    return;
  }
}
function Pt(e) {
  let t = (e) => ({ outcome: `malformed`, problem: e }),
    n = Nt(e.body);
  if (n === void 0) return t(`its body is not JSON`);
  if (kt(n) !== e.body) return t(`its body is not canonical JSON (RFC 8785)`);
  if (!Mt(n) || Object.keys(n).join() !== `at,data,index,type`)
    return t(`its body has not exactly the members at, data, index and type`);
  let { at: r, data: i, index: a, type: o } = n;
  if (typeof r != `string` || !Mt(i) || typeof a != `number` || typeof o != `string`)
    return t(`a member of its body has the wrong type`);
  let s = (e) => ({ outcome: `contradicts-columns`, problem: e });
  if (a !== e.index) return s(`its body says that it is entry ${a}`);
  if (o !== e.type) return s(`its type is stored as ${At(e.type)}, its body says ${At(o)}`);
  let c = jt(e.recordedAt);
  return r === c
    ? { outcome: `sound`, body: { at: r, data: i, index: a, type: o } }
    : s(`its time is stored as ${c ?? `no time at all`}, its body says ${At(r)}`);
}
const Q = (e) => Math.floor(e / 2),
  Ft = (e) => e.every((e) => e.length === 32);
function It(e) {
  let { index: t, size: n, leafHash: r, root: i, path: a } = e;
  if (!Number.isSafeInteger(t) || !Number.isSafeInteger(n) || t < 0 || t >= n || !Ft([r, i, ...a])) return !1;
  let o = t,
    s = n - 1,
    c = r;
  for (let e of a) {
    if (s === 0) return !1;
    if (o % 2 == 1 || o === s) for (c = F(e, c); o % 2 == 0 && o !== 0;) ((o = Q(o)), (s = Q(s)));
    else c = F(c, e);
    ((o = Q(o)), (s = Q(s)));
  }
  return s === 0 && I(c, i);
}
function Lt(e) {
  let { first: t, second: n, firstRoot: r, secondRoot: i, path: a } = e;
  if (!Number.isSafeInteger(t) || !Number.isSafeInteger(n) || t < 0 || t > n || !Ft([r, i, ...a])) return !1;
  if (t === n) return a.length === 0 && I(r, i);
  if (t === 0) return a.length === 0 && I(r, P());
  if (a.length === 0) return !1;
  let o = Number.isInteger(Math.log2(t)) ? [r, ...a] : a,
    s = t - 1,
    c = n - 1;
  for (; s % 2 == 1;) ((s = Q(s)), (c = Q(c)));
  let [l, ...u] = o;
  if (l === void 0) return !1;
  let d = l,
    f = l;
  for (let e of u) {
    if (c === 0) return !1;
    if (s % 2 == 1 || s === c) for (d = F(e, d), f = F(e, f); s % 2 == 0 && s !== 0;) ((s = Q(s)), (c = Q(c)));
    else f = F(f, e);
    ((s = Q(s)), (c = Q(c)));
  }
  return c === 0 && I(d, r) && I(f, i);
}
const Rt = /,"index":(\d{1,16}),"type":"([a-z-]{1,64})"\}$/;
async function zt(e, t, n) {
  let r = [];
  if (!e.has(`log/proven.jsonl`)) return r;
  for await (let i of e.lines(X)) {
    if (i === ``) continue;
    let e = z(R(i)),
      a = H(e.index) ?? -1,
      o = V(e.body) ?? ``,
      s = B(e.path).map((e) => A(String(e)) ?? new Uint8Array()),
      c = Se(o);
    if (!It({ index: a, size: t.size, leafHash: c, root: t.rootHash, path: s })) {
      n.add({ file: X, index: a, problem: `the proof does not lead from this entry to the last checkpoint` });
      continue;
    }
    let l = Bt(o, a);
    typeof l == `string` ? n.add({ file: X, index: a, field: `body`, problem: l }) : r.push({ entry: l, leafHash: c });
  }
  return r;
}
function Bt(e, t) {
  let n = z(R(e)),
    [r, i] = [V(n.type) ?? ``, V(n.at) ?? ``],
    a = Pt({ index: t, type: r, recordedAt: Date.parse(i), body: e });
  return a.outcome === `sound` ? a.body : a.problem;
}
async function Vt(e, t, n) {
  let { first: r, others: i, last: a } = t,
    o = Math.max(0, a.size - r.size),
    s = new Uint8Array(o * 32),
    c = we(r.size, await Ht(e));
  (c !== void 0 && I(c.root(), r.rootHash)) ||
    n.add({
      file: `log/frontier.txt`,
      problem: `is not the frontier of the ${r.size} entries of the first checkpoint`,
    });
  let l = 0,
    u = [...i],
    d = () => {
      for (let e = u[0]; e !== void 0 && e.body.size <= r.size + l; e = u[0])
        (u.shift(),
          (c !== void 0 && e.body.size === c.size() && I(c.root(), e.body.rootHash)) ||
            n.add({
              file: e.file,
              ...(e.index === void 0 ? {} : { index: e.index }),
              field: `root`,
              problem: `the ${e.body.size} entries of this checkpoint give another root`,
            }));
    };
  if (e.has(`log/leaf-hashes.txt`))
    for await (let t of e.lines(J)) {
      if (t === `` && l === o) continue;
      let e = A(t);
      if (
        (e?.length !== 32 || l === o) &&
        (n.add({
          file: J,
          index: r.size + l,
          problem: l === o ? `there are more hashes than entries` : `is not a hash`,
        }),
        l === o)
      )
        break;
      let i = e?.length === 32 ? e : new Uint8Array(32);
      (s.set(i, l * 32), c?.append(i), (l += 1), d());
    }
  return (
    l < o
      ? n.add({ file: J, index: r.size + l, problem: `${o - l} hashes are missing at the end` })
      : c !== void 0 &&
        !I(c.root(), a.rootHash) &&
        n.add({
          file: J,
          field: `root`,
          problem: `gives the root ${k(c.root())}, and the last checkpoint signs ${k(a.rootHash)}`,
        }),
    {
      first: r.size,
      count: o,
      at: (e) => {
        let t = e - r.size;
        return t < 0 || t >= l ? void 0 : s.subarray(t * 32, (t + 1) * 32);
      },
    }
  );
}
async function Ht(e) {
  let t = ((await e.text(`log/frontier.txt`)) ?? ``)
      .split(
        `
`,
      )
      .filter((e) => e !== ``)
      .map((e) => A(e) ?? new Uint8Array()),
    n = new Uint8Array(t.length * 32);
  return (t.forEach((e, t) => n.set(e.subarray(0, 32), t * 32)), n);
}
async function Ut(e, t, n, r, i) {
  let a = t.first,
    o = 0,
    s = (e) => {
      if (n && e > a) {
        let t = e === a + 1 ? `is missing` : `and those up to ${e - 1} are missing`;
        r.add({ file: Y, index: a, problem: `the entry ${t}` });
      }
    };
  if (e.has(`log/entries.jsonl`)) {
    let n = -1,
      c = !1;
    for await (let l of e.lines(Y)) {
      if (((n += 1), (c = l === ``), c)) continue;
      let [, e, u = ``] = Rt.exec(l) ?? [],
        d = Number(e ?? a);
      if (e === void 0) {
        (r.add({ file: Y, index: a, problem: `line ${n + 1} is not the body of an entry` }), (a += 1));
        continue;
      }
      if (d < a) {
        r.add({ file: Y, index: d, problem: `comes again, or out of order` });
        continue;
      }
      let f = t.at(d);
      f === void 0
        ? r.add({ file: Y, index: d, problem: `is not among the entries of the bundle` })
        : (s(d),
          (a = d + 1),
          I(Se(l), f)
            ? ((o += 1),
              i(u, () => {
                let e = Bt(l, d);
                if (typeof e != `string`) return e;
                r.add({ file: Y, index: d, field: `body`, problem: e });
              }))
            : r.add({ file: Y, index: d, field: `body`, problem: `was changed: it does not have its leaf hash` }));
    }
    c || r.add({ file: Y, index: a - 1, problem: `the last line does not end` });
  }
  return (s(t.first + t.count), o);
}
function Wt() {
  return {
    sweeps: new Map(),
    looks: new Map(),
    transitions: new Map(),
    approvals: [],
    scopes: [],
    gaps: [],
    findings: new Map(),
    restores: [],
    services: new Map(),
    commitments: new Map(),
    types: new Map(),
  };
}
function $(e, t, n) {
  let r = e.get(t);
  r === void 0 ? e.set(t, [n]) : r.push(n);
}
const Gt = new Map(
  Object.entries({
    "sweep-started": (e, t, n) => {
      let r = H(t.sweep) ?? -1;
      e.sweeps.set(r, {
        id: r,
        kind: V(t.kind) ?? ``,
        vantage: V(t.vantage) ?? ``,
        engine: V(t.engine) ?? ``,
        requestedBy: V(t.requestedBy) ?? ``,
        startEntry: n,
      });
    },
    "sweep-finished": (e, t, n) => {
      let r = e.sweeps.get(H(t.sweep) ?? -1);
      if (r !== void 0) {
        ((r.verdict = V(t.verdict) ?? ``), (r.finishEntry = n));
        for (let i of B(t.runs)) {
          let t = z(i),
            a = U(t.probedFrom),
            o = U(t.probedTo),
            s = V(t.states) ?? V(t.coverageDigest);
          if (a === void 0 || o === void 0 || s === void 0) continue;
          let c = r.verdict !== `untrusted`;
          $(e.looks, r.vantage, { from: a, to: o, vantage: r.vantage, states: s, entry: n, sweep: r, trusted: c });
        }
      }
    },
    "looks-recorded": (e, t, n) => {
      let r = V(t.vantage) ?? ``;
      for (let i of B(t.looks)) {
        let t = V(z(i).states) ?? ``;
        for (let a of B(z(i).times)) {
          let [i, o] = B(a),
            s = U(i);
          s !== void 0 && $(e.looks, r, { from: s, to: s + Number(o), vantage: r, states: t, entry: n, trusted: !0 });
        }
      }
    },
    "states-changed": (e, t, n) => {
      let r = V(t.vantage) ?? ``;
      for (let i of B(t.changes)) {
        let [a, o, s, , c] = B(i),
          l = U(s);
        if (l === void 0) continue;
        let u = H(c) ?? H(t.sweep) ?? -1;
        $(e.transitions, `${r} ${String(a)}`, { at: l, state: String(o), entry: n, sweep: u });
      }
    },
    "states-set-back": (e, t) => {
      let n = V(t.vantage) ?? ``;
      for (let r of B(t.removed)) {
        let [t, i] = B(r),
          a = `${n} ${String(t)}`,
          o = e.transitions.get(a)?.filter(({ at: e }) => e !== U(i));
        o !== void 0 && e.transitions.set(a, o);
      }
    },
    "services-identified": (e, t, n) => {
      let r = V(t.vantage) ?? ``;
      for (let i of B(t.identified)) {
        let [t, a, o] = B(i),
          s = z(o),
          c = [s.service, s.product, s.version].filter((e) => typeof e == `string`);
        $(e.services, `${r} ${String(t)}`, { at: U(a) ?? 0, service: c.join(` `), entry: n });
        let l = V(s.evidenceCommitment);
        l !== void 0 && e.commitments.set(l, n);
      }
    },
    "baseline-approved": (e, t, n, r) => {
      let i = V(t.proposedBy);
      e.approvals.push({
        version: H(t.version) ?? 0,
        digest: V(t.digest) ?? ``,
        approvedBy: V(t.approvedBy) ?? ``,
        through: V(t.through) ?? ``,
        ...(i === void 0 ? {} : { proposedBy: i }),
        at: r,
        entry: n,
      });
    },
    "scope-recorded": (e, t, n, r) => {
      e.scopes.push({
        version: H(t.version) ?? 0,
        digest: V(t.digest) ?? ``,
        name: V(t.name) ?? ``,
        recordedBy: V(t.recordedBy) ?? ``,
        at: r,
        entry: n,
      });
    },
    "gap-recorded": (e, t, n) => {
      let r = U(t.from),
        i = U(t.to);
      if (r === void 0 || i === void 0) return;
      let [a, o] = [V(t.cause) ?? ``, V(t.detail) ?? ``];
      (e.gaps.push({ from: r, to: i, cause: a, detail: o, entry: n }), t.voidRuns !== void 0 && Yt(e, r));
    },
    "finding-opened": Kt,
    "finding-regressed": Kt,
    "finding-resolved": qt,
    "finding-out-of-scope": qt,
    "answers-bound": (e, t, n, r) => {
      e.boundSince ??= { entry: n, at: r };
    },
    "log-created": (e, t, n, r) => {
      t.binds === 1 && (e.boundSince ??= { entry: n, at: r });
    },
    "record-restored": (e, t, n, r) => {
      e.restores.push({ entry: n, at: r, backupOf: V(t.backupOf) ?? `` });
    },
  }),
);
function Kt(e, t, n) {
  let r = Jt(e, t);
  (r.entries.push(n), (r.status = `open`), (r.summary = V(t.summary) ?? r.summary));
}
function qt(e, t, n) {
  let r = Jt(e, t);
  (r.entries.push(n),
    (r.status = t.resolvedAt === void 0 ? `out of scope` : `resolved`),
    (r.resolution = V(t.resolution) ?? ``));
}
function Jt(e, t) {
  let n = H(t.finding) ?? -1,
    r = e.findings.get(n) ?? {
      id: n,
      kind: V(t.kind) ?? ``,
      vantage: V(t.vantage) ?? ``,
      summary: ``,
      openedAt: U(t.openedAt) ?? 0,
      status: ``,
      entries: [],
    };
  return (e.findings.set(n, r), r);
}
function Yt(e, t) {
  for (let n of [...e.scopes, ...e.approvals]) n.at = Math.min(n.at, t);
  for (let n of e.looks.values()) for (let e of n) e.to > t && e.sweep?.kind !== `imported` && (e.trusted = !1);
}
function Xt(e) {
  return Gt.has(e);
}
function Zt(e, { at: t, data: n, index: r, type: i }) {
  (e.types.set(i, (e.types.get(i) ?? 0) + 1), Gt.get(i)?.(e, n, r, U(t) ?? 0));
}
const Qt = /^(?!\.)[a-z0-9.-]{1,100}$/;
function $t(e, t) {
  let n = new Map(),
    r = new Set();
  for (let i of [...e].sort()) {
    let e = n.get(i.toLowerCase());
    (e === void 0
      ? i.split(`/`).every((e) => Qt.test(e))
        ? r.add(i)
        : t.add({ file: i, problem: `a bundle has no file of such a name` })
      : t.add({ file: i, problem: `the name differs from ${e} in upper and lower case only` }),
      n.set(i.toLowerCase(), i));
  }
  return r;
}
function en(e) {
  let t = (e) => ({ outcome: `refused`, problem: e });
  if (e.type !== `log-created`) return t(`Entry 0 does not create the log (log-created): the beginning was replaced.`);
  if (e.index !== 0) return t(`Entry ${e.index} claims to create the log; only entry 0 can.`);
  let { keyId: n, origin: r, publicKey: i } = e.data;
  if (typeof r != `string` || !et(r)) return t(`Entry 0 names no log that could be signed for.`);
  let a = typeof i == `string` ? A(i) : void 0;
  if (a?.length !== 32) return t(`Entry 0 holds no Ed25519 public key.`);
  let o = rt(r, a);
  return o.id === n
    ? { outcome: `read`, start: { origin: r, key: o } }
    : t(`Entry 0 gives a key id that is not its key's (${o.id}).`);
}
function tn(e, t) {
  let n = e.find(({ index: e }) => e === 0);
  if (n === void 0) {
    t.add({ file: X, index: 0, problem: `entry 0, which names the key of the log, is missing` });
    return;
  }
  let r = en(n);
  if (r.outcome === `refused`) {
    t.add({ file: X, index: 0, field: `data`, problem: r.problem });
    return;
  }
  let { origin: i, key: a } = r.start,
    o = [a];
  for (let { index: n, type: r, data: a } of e) {
    if (r !== `key-rotated`) continue;
    let e = typeof a.publicKey == `string` ? A(a.publicKey) : void 0;
    e?.length !== 32 || a.previousKeyId !== o.at(-1)?.id
      ? t.add({ file: X, index: n, field: `data`, problem: `does not continue the keys of the log` })
      : o.push(rt(i, e));
  }
  return { origin: i, keys: o };
}
function nn({ keys: e }, t) {
  if (t === void 0 || t.trim() === ``) return `not confirmed`;
  let n = t
    .toLowerCase()
    .replace(/^sha256:/, ``)
    .replace(/[\s:]/g, ``);
  return e.some((e) => nt(e.publicKey) === n) ? `confirmed` : `another`;
}
async function rn(e, t) {
  let n = await e.text(W),
    r = z(n === void 0 ? void 0 : R(n));
  if (n === void 0 || r.bundle !== `portolan.evidence-bundle/1`) {
    t.add({ file: W, problem: n === void 0 ? `is missing` : `is not a manifest of portolan.evidence-bundle/1` });
    return;
  }
  let i = new Map();
  for (let e of B(r.files)) {
    let t = z(e);
    i.set(V(t.path) ?? ``, { bytes: H(t.bytes) ?? -1, sha256: V(t.sha256) ?? `` });
  }
  let a = z(r.period);
  return {
    from: V(a.from) ?? ``,
    to: V(a.to) ?? ``,
    origin: V(r.log) ?? ``,
    program: V(r.program) ?? ``,
    assets: B(r.assets).map(String),
    banners: V(r.banners) ?? ``,
    files: i,
    digest: N(E(n)),
  };
}
async function an(e, t, n, r) {
  let i = (e, t) => (r.add({ file: G, ...(t === void 0 ? {} : { field: t }), problem: e }), `bad`),
    a = await e.text(G),
    o = a === void 0 ? void 0 : at(a);
  if (o === void 0) return i(a === void 0 ? `is missing` : `is not a C2SP signed note`);
  let s = await ot(o, n);
  if (s.outcome === `bad-signature`) return i(`the signature is not that of the log's key`, `signature`);
  if (s.outcome === `repeated-signature`) return i(`is signed twice by the same key`, `signature`);
  if (s.outcome === `unknown-keys`) return i(`is signed by ${Z(s.signers.join(`, `))}`, `signature`);
  let [, c = ``] = RegExp(`^Portolan evidence bundle\\nsha256 ([0-9a-f]{64})\\n$`).exec(o.text) ?? [],
    l = le(c);
  return l === void 0 || !I(l, t.digest)
    ? (r.add({
        file: W,
        problem: `was changed after it was signed: its SHA-256 is ${O(t.digest)}, and ${G} signs ${c === `` ? `none` : c}`,
      }),
      `bad`)
    : s.outcome === `verified`
      ? `signed`
      : `unchecked`;
}
async function on(e, t, n, r) {
  let i = [];
  for (let i of t) {
    if (i === `manifest.json` || i === `manifest.sig`) continue;
    let t = n.files.get(i),
      { bytes: a, sha256: o } = await e.digest(i);
    t === void 0
      ? r.add({ file: i, problem: `is not listed in the manifest: it was added` })
      : t.bytes === a
        ? t.sha256 !== o &&
          r.add({
            file: i,
            field: `sha256`,
            problem: `was changed: its SHA-256 is ${o}, and the manifest says ${Z(t.sha256)}`,
          })
        : r.add({ file: i, field: `bytes`, problem: `has ${a} bytes, and the manifest says ${t.bytes}` });
  }
  for (let e of n.files.keys())
    t.has(e) || (e === `banners.jsonl` ? i.push(e) : r.add({ file: Z(e), problem: `is missing` }));
  return { files: n.files.size, leftOut: i };
}
function sn(e) {
  let t = e.indexOf(`

`),
    [n, ...r] = e.slice(0, Math.max(0, t)).split(`
`);
  if (t < 0 || n !== `c2sp.org/tlog-proof@v1`) return;
  r[0]?.startsWith(`extra `) === !0 && r.shift();
  let [, i] = /^index (0|[1-9]\d{0,15})$/.exec(r.shift() ?? ``) ?? [],
    a = r.map(A);
  if (!(i === void 0 || a.includes(void 0))) return { index: Number(i), path: a, note: e.slice(t + 2) };
}
async function cn(e, t, n, r, i) {
  let a = 0;
  for (let o of t) {
    if (!o.startsWith(`proofs/`)) continue;
    a += 1;
    let t = sn((await e.text(o)) ?? ``),
      s = t === void 0 ? void 0 : r(t.index);
    t === void 0
      ? i.add({ file: o, problem: `is not a C2SP tlog-proof` })
      : t.note === n.note
        ? s === void 0
          ? i.add({ file: o, index: t.index, problem: `is of an entry that is not here` })
          : It({ ...t, size: n.body.size, root: n.body.rootHash, leafHash: s }) ||
            i.add({ file: o, index: t.index, field: `path`, problem: `does not lead from the entry to the checkpoint` })
        : i.add({ file: o, field: `checkpoint`, problem: `is not ${K}` });
  }
  return a;
}
async function ln(e, t, n, r) {
  let i = z(R((await e.text(`log/consistency.json`)) ?? ``)),
    a = B(i.path).map((e) => A(String(e)) ?? new Uint8Array()),
    o = { firstRoot: t.rootHash, secondRoot: n.rootHash, path: a };
  (i.first === t.size && i.last === n.size && Lt({ first: t.size, second: n.size, ...o })) ||
    r.add({ file: `log/consistency.json`, problem: `does not prove that the last checkpoint extends the first` });
}
async function un(e, t, n) {
  let r = t.map(it);
  ((await e.text(`keys.txt`)) ?? ``)
    .split(
      `
`,
    )
    .filter((e) => e !== ``).join(`
`) !==
    r.join(`
`) && n.add({ file: `keys.txt`, problem: `lists other keys than the log names` });
  let i = ((await e.text(`tlog-policy`)) ?? ``).split(`
`);
  (i.flatMap((e) => /^log (\S+)/.exec(e)?.[1] ?? []).join(`
`) !==
    r.join(`
`) ||
    i.filter((e) => e.startsWith(`quorum `)).length !== 1) &&
    n.add({ file: `tlog-policy`, problem: `is not a C2SP tlog-policy for the keys that the log names` });
}
function dn(e, t, n) {
  let r = new Map();
  async function* i(t) {
    let i = _e(),
      a = 0;
    for await (let r of e.read(t)) (i.update(r), (a += r.length), n(r.length), yield r);
    r.set(t, { bytes: a, sha256: O(i.digest()) });
  }
  return {
    has: (e) => t.has(e),
    async text(e, n = 67108864) {
      if (!t.has(e)) return;
      let r = fn(),
        a = ``,
        o = 0;
      for await (let t of i(e)) ((o += t.length), o <= n && (a += r.decode(t, { stream: !0 })));
      return o > n ? `` : a + r.decode();
    },
    async *lines(e) {
      let t = fn(),
        n = ``;
      for await (let r of i(e)) {
        let e = (n + t.decode(r, { stream: !0 })).split(`
`);
        ((n = e.pop() ?? ``), yield* e);
      }
      yield n + t.decode();
    },
    async digest(e) {
      let t = r.get(e);
      if (t !== void 0) return t;
      for await (let t of i(e));
      return r.get(e) ?? { bytes: 0, sha256: `` };
    },
  };
}
function fn() {
  return new TextDecoder(`utf-8`, { ignoreBOM: !0 });
}
function pn(e) {
  let t = new Int32Array(),
    n = [];
  function r(e) {
    let t = e;
    for (let e = 0; (n[e]?.length ?? 0) > 1; e += 1) {
      let r = n[e] ?? [],
        i = (n[e + 1] ??= []);
      i.length = Math.ceil(r.length / 2);
      let a = new Set();
      for (let e of t) a.add(e >> 1);
      for (let e of a) {
        let [t, n] = [r[e * 2], r[e * 2 + 1]];
        t !== void 0 && (i[e] = n === void 0 ? t : F(t, n));
      }
      t = a;
    }
  }
  return {
    root(i) {
      if (i.length === 0) return P();
      let a = new Set();
      i.length !== t.length && (n = [[]]);
      let o = (n[0] ??= []);
      for (let n = 0; n < i.length; n += 1) {
        let r = i[n];
        (o[n] === void 0 || t[n] !== r) && ((o[n] = e(r)), a.add(n));
      }
      return ((t = i), r(a), n.findLast((e) => e.length === 1)?.[0] ?? P());
    },
  };
}
async function mn(e, t) {
  let n = await hn(e, t),
    r = (e) => O(Ae(Array.from(e.leaves, (e) => n[e] ?? gn))),
    o = new Map(),
    s = pn((e) => n[e]?.hash ?? new Uint8Array(32)),
    c = new Int32Array(),
    l = 0;
  if (e.has(`states/sets.jsonl`))
    for await (let i of e.lines(ct)) {
      if (i === ``) continue;
      let e = (e, n) => t.add({ file: ct, index: l, ...(n === void 0 ? {} : { field: n }), problem: e }),
        a = z(R(i)),
        u = V(a.root),
        d = V(a.digest),
        f = a.shown === void 0 ? vn(a, c) : yn(a, n);
      if (f === void 0 || (u ?? d) === void 0 || f.leaves.some((e) => !(e in n)))
        e(`the line is not a set of host states`);
      else if (f.partial)
        f.proven && u !== void 0 ? o.set(u, f) : e(`a proof does not lead from its host to the root`, `shown`);
      else {
        c = f.leaves;
        let [t, n = ``, i] = u === void 0 ? [`digest`, d, r(f)] : [`root`, u, O(s.root(f.leaves))];
        n === i ? o.set(n, f) : e(`its hosts give ${i}, not ${n}`, t);
      }
      l += 1;
    }
  return {
    leaves: n,
    find: (e) => o.get(e),
    sets: l,
    leafOf: ({ leaves: e }, t) => {
      let r = n[e[bn(e, n, t)] ?? -1];
      return r !== void 0 && i(r.range, t) ? r : void 0;
    },
    leavesIn: ({ leaves: e }, t) =>
      t.flatMap((t) => {
        let r = [];
        for (let i = bn(e, n, { ...t, value: t.first }); ; i += 1) {
          let o = n[e[i] ?? -1];
          if (o === void 0 || a(o.range, t) === void 0) return r;
          r.push(o);
        }
      }),
  };
}
async function hn(e, t) {
  let n = [];
  if (!e.has(`states/hosts.jsonl`)) return n;
  for await (let r of e.lines(st)) {
    if (r === ``) continue;
    let [e, i] = B(R(r)),
      a = typeof i == `string` ? Oe(i, _n(e), n.length) : void 0;
    (a === void 0 && t.add({ file: st, index: n.length, problem: `the line is not the state of a host` }),
      n.push(a ?? gn));
  }
  return n;
}
const gn = { number: -1, range: { family: 4, first: 1n, last: 0n }, first: ``, last: ``, lines: [] };
function _n(e) {
  return typeof e == `string` ? A(e) : void 0;
}
function vn(e, t) {
  let n = B(e.leaves);
  if (e.changes === void 0) return { leaves: Int32Array.from(n), partial: !1 };
  let r = [...t];
  for (let t of B(e.changes)) {
    let [e, n, i] = B(t);
    r.splice(Number(e), Number(n), ...B(i));
  }
  return { leaves: Int32Array.from(r), partial: !1 };
}
function yn(e, t) {
  let n = le(V(e.root) ?? ``),
    r = H(e.size);
  if (n?.length !== 32 || r === void 0) return;
  let i = !0,
    a = [];
  for (let o of B(e.shown)) {
    let [e, s, c] = B(o),
      l = t[Number(s)]?.hash,
      u = B(c).map((e) => A(String(e)) ?? new Uint8Array());
    ((i &&= l !== void 0 && It({ index: Number(e), size: r, leafHash: l, root: n, path: u })), a.push(Number(s)));
  }
  return { leaves: Int32Array.from(a), partial: !0, proven: i };
}
function bn(e, t, { family: n, value: r }) {
  let [i, a] = [0, e.length];
  for (; i < a;) {
    let o = (i + a) >> 1,
      s = t[e[o] ?? -1]?.range ?? gn.range;
    s.family < n || (s.family === n && s.last < r) ? (i = o + 1) : (a = o);
  }
  return i;
}
async function xn(e, { key: t, onProgress: n = () => void 0 } = {}) {
  let r = ht(),
    i = $t(e.paths, r),
    a = dn(e, i, n),
    o = [],
    s = [],
    c = Wt(),
    l = await rn(a, r),
    u = await gt(a, K, r),
    d = await gt(a, `checkpoints/first.txt`, r),
    f = await _t(a, r);
  u === void 0 && !a.has(`checkpoints/last.txt`) && r.add({ file: K, problem: `is missing` });
  let p = u?.body ?? { origin: ``, size: 0, rootHash: P() },
    m = d?.body ?? { origin: p.origin, size: 0, rootHash: P() },
    h = await zt(a, p, r),
    g = tn(
      h.map(({ entry: e }) => e),
      r,
    ),
    _ = { signed: 0, unchecked: 0 };
  if (g !== void 0) {
    for (let e of [d, ...f, u]) {
      if (e === void 0) continue;
      let t = await yt(e, g, r);
      t !== `bad` && (_[t] += 1);
    }
    await un(a, g.keys, r);
    let e = l && (await an(a, l, g.keys, r));
    e !== void 0 && e !== `bad` && (_[e] += 1);
  }
  (_.signed > 0 && o.push(`${v(_.signed, `signature`)} of the log's key over checkpoints and manifest.`),
    _.unchecked > 0 &&
      s.push(
        `This browser cannot check Ed25519, so ${v(_.unchecked, `signature`)} were not checked: verify with node verify.mjs, or in another browser.`,
      ));
  for (let { entry: e } of h) e.index < m.size && Zt(c, e);
  let y = await Vt(a, { first: m, others: f, last: p }, r),
    b = (l?.assets.length ?? 0) === 0,
    x = await Ut(a, y, b, r, (e, t) => {
      let n = Xt(e) ? t() : void 0;
      n === void 0 ? c.types.set(e, (c.types.get(e) ?? 0) + 1) : Zt(c, n);
    });
  (o.push(
    `${v(x, `entry`, `entries`)} of the log, numbers ${m.size} to ${p.size - 1}: each has its hash, and together they give the signed roots.`,
    `${v(h.length, `older or single entry`, `older or single entries`)}, each by its own inclusion proof.`,
  ),
    x < y.count &&
      !b &&
      s.push(`${v(y.count - x, `entry`, `entries`)} about other assets were left out: only their hashes are here.`),
    await ln(a, m, p, r));
  let ee = new Map(h.map(({ entry: e, leafHash: t }) => [e.index, t]));
  if (u !== void 0) {
    let e = await cn(a, i, u, (e) => y.at(e) ?? ee.get(e), r);
    o.push(`${v(e, `proof file`)} (C2SP tlog-proof) and the consistency proof between the checkpoints.`);
  }
  let S = await bt(a, c, r);
  o.push(
    `${v(S.scopes.size, `version`)} of the scope and ${S.baselines.size} of the port baseline, by the digests in their entries.`,
  );
  let C = await mn(a, r);
  (o.push(
    `${v(C.sets, `set`)} of host states (${C.leaves.length} distinct), by the roots and digests in the entries of sweeps.`,
  ),
    Sn({ facts: c, states: C, documents: S }, s));
  let w = await pt(a, c, r);
  if ((w !== void 0 && o.push(w), l !== void 0)) {
    let e = await on(a, i, l, r);
    (o.push(`${v(e.files, `file`)} by the SHA-256 in the manifest.`),
      (e.leftOut.includes(`banners.jsonl`) || l.banners === `left out`) &&
        s.push(`${v(c.commitments.size, `banner`)} not included, commitments only.`));
  }
  let T = g === void 0 ? `not confirmed` : nn(g, t);
  return {
    report: {
      verified: r.count() === 0 && T !== `another`,
      key: T,
      fingerprints: g?.keys.map(({ publicKey: e }) => nt(e)) ?? [],
      origin: p.origin,
      period: { from: l?.from ?? ``, to: l?.to ?? `` },
      program: l?.program ?? ``,
      assets: l?.assets ?? [],
      first: { size: m.size, root: k(m.rootHash) },
      last: { size: p.size, root: k(p.rootHash) },
      checked: o,
      unchecked: s,
      problems: r.list(),
      problemCount: r.count(),
    },
    record: {
      facts: c,
      states: C,
      documents: S,
      period: { from: Date.parse(l?.from ?? ``), to: Date.parse(l?.to ?? ``) },
    },
  };
}
function Sn({ facts: e, states: t, documents: n }, r) {
  let i = 0;
  for (let n of e.looks.values()) for (let e of n) t.find(e.states) === void 0 && (i += 1);
  i > 0 && r.push(`${v(i, `look`)} without the host states in this bundle: they answer nothing here.`);
  let a = [...n.scopes.values(), ...n.baselines.values()].filter((e) => !e.proven).length;
  (a > 0 &&
    r.push(
      `${v(a, `version`)} of scope and port baseline only as a copy of what concerns these assets: the log names the digest of the whole document.`,
    ),
    e.boundSince !== void 0 &&
      e.boundSince.entry > 0 &&
      r.push(
        `Answers about times before ${y(e.boundSince.at)} (entry ${e.boundSince.entry}): rows from before were adopted then, not proven.`,
      ));
}
const Cn = `Verifies an evidence bundle of Portolan, and answers from it.

  node verify.mjs BUNDLE [--key FINGERPRINT]
  node verify.mjs BUNDLE --at TIME --endpoint ASSET:PORT
  node verify.mjs BUNDLE --gaps [--asset NAME] [--from TIME] [--to TIME]

BUNDLE is the folder. FINGERPRINT is that of the log's key, from outside the
bundle: 64 hex digits. TIME is like 2026-03-14T09:00Z. An endpoint is an asset
or an address with a port: db-3:5432, 10.0.0.3:53/udp, [::1]:22.

Exit codes: 0 it verifies (and the answer was given), 1 it does not, or is
signed by another key, 2 it could not be read, or the question not answered.
`,
  wn = [`key`, `at`, `endpoint`, `asset`, `from`, `to`];
function Tn(e) {
  let t = new Map(),
    n;
  for (let r = 0; r < e.length; r += 1) {
    let i = e[r] ?? ``,
      [, a = ``, o] = /^--([a-z]+)(?:=(.*))?$/s.exec(i) ?? [];
    if (wn.includes(a)) {
      let n = o ?? e[(r += 1)];
      if (n === void 0) return { options: t, problem: `--${a} needs a value` };
      t.set(a, n);
    } else if (a === `gaps` || a === `help`) t.set(a, ``);
    else if (i.startsWith(`-`) || n !== void 0) return { options: t, problem: `${i} is not known` };
    else n = i;
  }
  return { options: t, ...(n === void 0 ? {} : { bundle: n }) };
}
async function En(e) {
  let { bundle: t, options: n, problem: r } = Tn(e),
    i = (e) => void process.stdout.write(`${kn(e)}\n`),
    a = (e) => (process.stderr.write(`${kn(e)}\n`), 2);
  if (n.has(`help`)) return (i(Cn), 0);
  if (r !== void 0 || t === void 0) return a(`${r ?? `No bundle is named`}.\n\n${Cn}`);
  let o;
  try {
    o = await xn(await An(t), { key: n.get(`key`) });
  } catch (e) {
    return a(`${t} cannot be read: ${e instanceof Error ? e.message : String(e)}. Name the folder of the bundle.`);
  }
  let { report: s, record: c } = o;
  if (n.has(`endpoint`) || n.has(`at`) || n.has(`gaps`)) {
    i(`${Je(s)}${s.verified ? `` : ` What follows rests on a bundle that does not verify.`}\n`);
    for (let e of s.problems) i(`  - ${Ye(e)}`);
    let e = n.has(`gaps`) ? On(c, n, i) : Dn(c, n, i);
    if (e !== void 0) return a(`${e}.`);
  } else i(Xe(s));
  return +!s.verified;
}
function Dn(e, t, n) {
  let r = Date.parse(t.get(`at`) ?? ``),
    i = t.get(`endpoint`);
  if (Number.isNaN(r) || i === void 0) return `Give both --at, as 2026-03-14T09:00Z, and --endpoint, as db-3:5432`;
  let a = Fe(e, r, i);
  if (!Array.isArray(a)) return a.problem;
  for (let e of a) n(Ze(e));
}
function On(e, t, n) {
  let r = (e) => (t.has(e) ? Date.parse(t.get(e) ?? ``) : void 0),
    [i, a, o] = [r(`from`), r(`to`), t.get(`asset`)];
  if (Number.isNaN(i) || Number.isNaN(a)) return `Give times as 2026-03-14T09:00Z`;
  let s = C(e, { from: i, to: a, asset: o });
  if (s.length === 0)
    return o === void 0 ? `No asset was in scope in this period` : `No asset named ${o} was in scope in this period`;
  for (let e of s) {
    let [t = ``, ...r] = te(e);
    n(
      [`${e.asset}: ${t}`, ...r.map((e) => `  ${e}`), ``].join(`
`),
    );
  }
}
function kn(e) {
  return e.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g, `�`);
}
async function An(e) {
  let { createReadStream: t } = await import(`node:fs`),
    { readdir: n } = await import(`node:fs/promises`),
    { join: r, relative: i, sep: a } = await import(`node:path`);
  return {
    paths: (await n(e, { recursive: !0, withFileTypes: !0 }))
      .filter((e) => !e.isDirectory())
      .map((t) => i(e, r(t.parentPath ?? t.path ?? ``, t.name)))
      .map((e) => e.split(a).join(`/`))
      .sort(),
    read: (n) => t(r(e, ...n.split(`/`)), { highWaterMark: 1 << 20 }),
  };
}
function jn(e) {
  let t,
    n = Promise.resolve();
  e.onmessage = ({ data: t }) => {
    n = n
      .then(() => r(t))
      .then(
        (n) => e.postMessage({ number: t.number, answer: n }),
        (n) => e.postMessage({ number: t.number, failed: String(n) }),
      );
  };
  async function r(n) {
    if (n.ask === `verify`) {
      let r = 0,
        i = 0,
        a = await xn(Mn(n.files), {
          key: n.key,
          onProgress: (t) => {
            ((r += t), r - i < 1 << 20 || ((i = r), e.postMessage({ progress: r })));
          },
        });
      t = a.record;
      let { report: o } = a;
      return { report: o, problems: o.problems.map(Ye), headline: Je(o), cannotProve: qe, inventory: Ke(t) };
    }
    if (t === void 0) throw Error(`no bundle was verified yet`);
    return n.ask === `state`
      ? Fe(t, n.at, n.endpoint)
      : C(t).map((e) => ({ asset: e.asset, missed: e.missed, lines: te(e) }));
  }
}
function Mn(e) {
  let t = new Map(e.map(({ path: e, file: t }) => [e, t]));
  return {
    paths: e.map(({ path: e }) => e),
    async *read(e) {
      let n = t.get(e)?.stream().getReader();
      for (let e = await n?.read(); e?.done === !1; e = await n?.read()) e.value !== void 0 && (yield e.value);
    },
  };
}
typeof process == `object` ? (process.exitCode = await En(process.argv.slice(2))) : jn(globalThis);
