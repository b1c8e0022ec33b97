/** Bits of linux/capability.h. */
const CAP_DAC_OVERRIDE = 1n;
const CAP_DAC_READ_SEARCH = 2n;
const CAP_NET_BIND_SERVICE = 10n;
const CAP_NET_RAW = 13n;
const CAP_SYS_PTRACE = 19n;

/**
 * The capabilities that a more privileged process keeps: files of the record, a port below 1024 for the API, and the
 * names of the processes behind this machine's own ports. Nothing that opens a raw socket or changes the network.
 */
const KEPT = [CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_NET_BIND_SERVICE, CAP_SYS_PTRACE].reduce(
  (mask, bit) => mask | (1n << bit),
  0n,
);

/** Effective and inheritable capabilities as masks. */
export interface Capabilities {
  readonly effective: bigint;
  readonly inheritable: bigint;
}

/** Reads /proc/self/status (proc_pid_status(5)); no capabilities where it lists none. */
export function readCapabilities(status: string): Capabilities {
  const mask = (name: string): bigint =>
    BigInt(`0x${new RegExp(`^${name}:\\s+([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0"}`);
  return { effective: mask("CapEff"), inheritable: mask("CapInh") };
}

export function hasRawPackets({ effective }: Capabilities): boolean {
  return (effective & (1n << CAP_NET_RAW)) !== 0n;
}

export function without({ effective, inheritable }: Capabilities): Capabilities {
  return { effective: effective & KEPT, inheritable: inheritable & effective & KEPT };
}

/** `struct __user_cap_data_struct[2]` for capset(2): effective, permitted, inheritable of the low and the high half. */
export function capabilityWords({ effective, inheritable }: Capabilities): Uint32Array {
  const low = (mask: bigint): number => Number(mask & 0xffff_ffffn);
  const high = (mask: bigint): number => Number(mask >> 32n);
  return Uint32Array.of(
    low(effective),
    low(effective),
    low(inheritable),
    high(effective),
    high(effective),
    high(inheritable),
  );
}
