/**
 * HalfSipHash-2-4 (https://github.com/veorq/SipHash): a keyed hash of 32-bit words with 32 bits of result. Nobody
 * without the key can say which sequence number a probe had, so an acknowledgement of it is an answer to it.
 */
export interface KeyedHash {
  /** What the first `count` words come to, to be kept and continued; `into` is written over and returned. */
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
  let v0 = 0;
  let v1 = 0;
  let v2 = 0;
  let v3 = 0;

  function round(): void {
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

  function absorb(word: number): void {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  return {
    begin(words, count = words.length, into = emptyHashState()) {
      v0 = k0;
      v1 = k1;
      v2 = 0x6c796765 ^ k0;
      v3 = 0x74656462 ^ k1;
      for (let i = 0; i < count; i++) absorb(words[i] ?? 0);
      const { v } = into;
      v[0] = v0;
      v[1] = v1;
      v[2] = v2;
      v[3] = v3;
      into.words = count;
      return into;
    },
    finish(state, word) {
      v0 = state.v[0] ?? 0;
      v1 = state.v[1] ?? 0;
      v2 = state.v[2] ?? 0;
      v3 = state.v[3] ?? 0;
      absorb(word);
      absorb(((state.words + 1) * 4) << 24);
      v2 ^= 0xff;
      for (let i = 0; i < 4; i++) round();
      return v1 ^ v3;
    },
  };
}
