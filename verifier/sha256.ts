/** SHA-256 (FIPS 180-4) in plain JavaScript, for a browser: its own hashing is asynchronous, and slower for short texts. */

/** Takes bytes in pieces. `digest` ends it. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array;
}

const BLOCK = 64;
/** The length of the message in bits takes the last 8 bytes of the last block. */
const LENGTH_BYTES = 8;

const PRIMES = firstPrimes(64);
/** FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes. */
const K = Uint32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
/** FIPS 180-4, 5.3.3: fractional parts of the square roots of the first 8 primes. */
const INITIAL = Uint32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

function firstPrimes(count: number): number[] {
  const primes: number[] = [];
  for (let candidate = 2; primes.length < count; candidate += 1) {
    if (primes.every((prime) => candidate % prime !== 0)) primes.push(candidate);
  }
  return primes;
}

/** The first 32 bits after the point. */
function fraction(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

const W = new Uint32Array(64);

/** FIPS 180-4, 6.2.2, for one block that begins at `offset`. */
function compress(state: Uint32Array, bytes: Uint8Array, offset: number): void {
  const word = (array: Uint32Array, index: number): number => array[index] as number;
  for (let t = 0; t < 16; t += 1) {
    const at = offset + t * 4;
    W[t] =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
  }
  for (let t = 16; t < 64; t += 1) {
    const x = word(W, t - 15);
    const y = word(W, t - 2);
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[t] = (word(W, t - 16) + s0 + word(W, t - 7) + s1) | 0;
  }
  let a = word(state, 0) | 0;
  let b = word(state, 1) | 0;
  let c = word(state, 2) | 0;
  let d = word(state, 3) | 0;
  let e = word(state, 4) | 0;
  let f = word(state, 5) | 0;
  let g = word(state, 6) | 0;
  let h = word(state, 7) | 0;
  for (let t = 0; t < 64; t += 1) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + word(K, t) + word(W, t)) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  for (const [index, value] of [a, b, c, d, e, f, g, h].entries()) state[index] = (word(state, index) + value) | 0;
}

export function plainHasher(): Hasher {
  const state = Uint32Array.from(INITIAL);
  const rest = new Uint8Array(BLOCK);
  let kept = 0;
  let length = 0;
  return {
    update(bytes) {
      length += bytes.length;
      let offset = 0;
      if (kept > 0) {
        offset = Math.min(BLOCK - kept, bytes.length);
        rest.set(bytes.subarray(0, offset), kept);
        kept += offset;
        if (kept < BLOCK) return;
        compress(state, rest, 0);
      }
      for (; offset + BLOCK <= bytes.length; offset += BLOCK) compress(state, bytes, offset);
      rest.set(bytes.subarray(offset));
      kept = bytes.length - offset;
    },
    digest() {
      const last = new Uint8Array(kept + 1 + LENGTH_BYTES > BLOCK ? 2 * BLOCK : BLOCK);
      last.set(rest.subarray(0, kept));
      last[kept] = 0x80;
      const view = new DataView(last.buffer);
      view.setBigUint64(last.length - LENGTH_BYTES, BigInt(length) * 8n);
      for (let offset = 0; offset < last.length; offset += BLOCK) compress(state, last, offset);
      const digest = new DataView(new ArrayBuffer(32));
      state.forEach((value, index) => digest.setUint32(index * 4, value));
      return new Uint8Array(digest.buffer);
    },
  };
}
