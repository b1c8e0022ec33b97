import type { ListenerView } from "../../contract/index.ts";

/** `sshd, root, ssh.service, bound to any address`, as far as known; `-` on another machine. */
export function listenerText({ process, user, unit, container, bind }: ListenerView): string {
  const named = process ?? (user === undefined ? undefined : "process unknown");
  const known = [named, user, container === undefined ? unit : `container ${container}`];
  const text = [...known, bind === undefined ? undefined : BOUND[bind]].filter((each) => each !== undefined).join(", ");
  return text === "" ? "-" : text;
}

const BOUND: Readonly<Record<NonNullable<ListenerView["bind"]>, string | undefined>> = {
  any: "bound to any address",
  loopback: "loopback only",
  private: undefined,
  specific: undefined,
};
