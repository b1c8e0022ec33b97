/**
 * Classic BPF (bpf(4), Linux Documentation/networking/filter.rst) that lets through possible answers to a probe: TCP to
 * the probes' source ports, ICMP errors, and answers of neighbours. It spares the ring everything else that this
 * machine receives; it decides nothing, because every frame it passes is parsed and verified anyway.
 */
interface Instruction {
  readonly code: number;
  readonly k: number;
  /** Labels; absent: the next instruction. */
  readonly yes?: string;
  readonly no?: string;
}

const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const LOAD_HALF_X = 0x48;
const LOAD_BYTE_X = 0x50;
const LOAD_X_HEADER_LENGTH = 0xb1;
const JUMP_EQUAL = 0x15;
const JUMP_GREATER = 0x25;
const JUMP_AT_LEAST = 0x35;
const JUMP_BITS = 0x45;
const RETURN = 0x06;

const load = (code: number, k: number): Instruction => ({ code, k });
const equal = (k: number, yes: string): Instruction => ({ code: JUMP_EQUAL, k, yes });

/** 8 bytes an instruction (`struct sock_filter`), in this machine's byte order. `captured`: bytes kept of a frame. */
export function packetFilter(firstPort: number, lastPort: number, captured: number): Uint8Array {
  const inRange: Instruction[] = [
    { code: JUMP_AT_LEAST, k: firstPort, no: "drop" },
    { code: JUMP_GREATER, k: lastPort, yes: "drop", no: "keep" },
  ];
  const notFirstFragment: Instruction[] = [load(LOAD_HALF, 20), { code: JUMP_BITS, k: 0x1fff, yes: "drop" }];
  return assemble([
    [
      "",
      [
        load(LOAD_HALF, 12),
        equal(0x0800, "ipv4"),
        equal(0x86dd, "ipv6"),
        { code: JUMP_EQUAL, k: 0x0806, yes: "arp", no: "drop" },
      ],
    ],
    ["ipv4", [load(LOAD_BYTE, 23), equal(6, "ipv4-tcp"), { code: JUMP_EQUAL, k: 1, yes: "ipv4-icmp", no: "drop" }]],
    ["ipv4-tcp", [...notFirstFragment, load(LOAD_X_HEADER_LENGTH, 14), load(LOAD_HALF_X, 16), ...inRange]],
    [
      "ipv4-icmp",
      [
        ...notFirstFragment,
        load(LOAD_X_HEADER_LENGTH, 14),
        load(LOAD_BYTE_X, 14),
        equal(3, "keep"),
        { code: JUMP_EQUAL, k: 11, yes: "keep", no: "drop" },
      ],
    ],
    ["ipv6", [load(LOAD_BYTE, 20), equal(6, "ipv6-tcp"), { code: JUMP_EQUAL, k: 58, yes: "ipv6-icmp", no: "drop" }]],
    ["ipv6-tcp", [load(LOAD_HALF, 56), ...inRange]],
    [
      "ipv6-icmp",
      [load(LOAD_BYTE, 54), equal(1, "keep"), equal(3, "keep"), { code: JUMP_EQUAL, k: 136, yes: "keep", no: "drop" }],
    ],
    ["arp", [load(LOAD_HALF, 20), { code: JUMP_EQUAL, k: 2, yes: "keep", no: "drop" }]],
    ["drop", [load(RETURN, 0)]],
    ["keep", [load(RETURN, captured)]],
  ]);
}

function assemble(blocks: readonly (readonly [label: string, instructions: readonly Instruction[]])[]): Uint8Array {
  const places = new Map<string, number>();
  const all: Instruction[] = [];
  for (const [label, instructions] of blocks) {
    places.set(label, all.length);
    all.push(...instructions);
  }
  const codes = new Uint16Array(all.length * 4);
  const words = new Uint32Array(codes.buffer);
  const jumps = new Uint8Array(codes.buffer);
  for (const [index, { code, k, yes, no }] of all.entries()) {
    codes[index * 4] = code;
    // Counted from behind the instruction.
    jumps[index * 8 + 2] = yes === undefined ? 0 : (places.get(yes) ?? 0) - index - 1;
    jumps[index * 8 + 3] = no === undefined ? 0 : (places.get(no) ?? 0) - index - 1;
    words[index * 2 + 1] = k;
  }
  return jumps;
}
