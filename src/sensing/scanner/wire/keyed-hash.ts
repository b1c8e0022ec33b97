/**
 * HalfSipHash-2-4 (https://github.com/veorq/SipHash): a keyed hash of 32-bit words with 32 bits of result. Nobody
 * without the key can predict the sequence number of a probe, so an acknowledgement of it is an answer to it.
 */
export interface KeyedHash {
  /** The state after the first `count` words, to be kept and continued; `into` is written over and returned. */
  begin(words: ArrayLike<number>, count?: number, into?: HashState): HashState;
  /** Signed 32 bits of what `state` holds and one more word. */
  finish(state: HashState, word: number): number;
}

export interface HashState {
  readonly v: Int32Array;
  words: number;
}

export function emptyHashState(): HashState {
  return { v: new Int32Array(4), words: 0 };
}

/** `key`: 8 bytes. */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  const view = new DataView(key.buffer, key.byteOffset, 8);
  const k0 = view.getInt32(0, true);
  const k1 = view.getInt32(4, true);
  const last = new Int32Array(4);

  return {
    begin(words, count = words.length, into = emptyHashState()) {
      const { v } = into;
      v[0] = k0;
      v[1] = k1;
      v[2] = 0x6c796765 ^ k0;
      v[3] = 0x74656462 ^ k1;
      for (let i = 0; i < count; i++) absorb(v, words[i] ?? 0);
      into.words = count;
      return into;
    },
    finish({ v, words }, word) {
      for (let i = 0; i < 4; i++) last[i] = v[i] ?? 0;
      absorb(last, word);
      absorb(last, ((words + 1) * 4) << 24);
      last[2] = (last[2] ?? 0) ^ 0xff;
      rounds(last, 4);
      return (last[1] ?? 0) ^ (last[3] ?? 0);
    },
  };
}

function absorb(v: Int32Array, word: number): void {
  v[3] = (v[3] ?? 0) ^ word;
  rounds(v, 2);
  v[0] = (v[0] ?? 0) ^ word;
}

/** In local variables: it is the innermost of all that a probe and an answer cost. */
function rounds(v: Int32Array, count: number): void {
  let v0 = v[0] ?? 0;
  let v1 = v[1] ?? 0;
  let v2 = v[2] ?? 0;
  let v3 = v[3] ?? 0;
  for (let i = 0; i < count; i++) {
    v0 = (v0 + v1) | 0;
    v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
    v2 = (v2 << 16) | (v2 >>> 16);
  }
  v[0] = v0;
  v[1] = v1;
  v[2] = v2;
  v[3] = v3;
}
