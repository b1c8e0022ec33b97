import { describe, expect, it } from "vitest";
import { TRANSPORTS, type Transport } from "../../model/index.ts";
import { parsePorts } from "../../scope/index.ts";
import { settleHost, type ExtraPorts, type ListedPort, type NmapHost } from "./nmap-host.ts";
import { signatureOf } from "./port-states.ts";

const all = parsePorts("1-10,U:1-5");
const none = { portZero: 0, otherProtocol: 0 };
const scanned = { all, unheld: none, reliable: new Set(TRANSPORTS) };
const listed = (port: number, state: string, transport: Transport = "tcp", reason = "x"): ListedPort => ({
  transport,
  port,
  state,
  reason,
});
const extra = (state: string, count: number, ports?: string, reason = "x"): ExtraPorts => ({
  state,
  count,
  reasons: [reason],
  named: ports === undefined ? [] : [{ ports: parsePorts(ports), unheld: none, reason }],
});
const settled = (host: Partial<NmapHost>, over = scanned) => {
  const { states, leftOut } = settleHost(
    { upReason: "echo-reply", listed: [], unheld: none, extra: [], ...host },
    over,
  );
  return `${signatureOf(states)} | ${leftOut.notCovered + leftOut.inferred}`;
};

describe("settleHost", () => {
  it.each<[string, Partial<NmapHost>, string]>([
    ["listed ports alone imply nothing about the rest", { listed: [listed(3, "open")] }, "open=3 | 14"],
    [
      "one extraports without ports stands for all the rest, over both transports",
      { listed: [listed(3, "open")], extra: [extra("closed", 14)] },
      "closed=1-2,4-10,U:1-5 open=3 | 0",
    ],
    ["but not when its count is another", { listed: [listed(3, "open")], extra: [extra("closed", 13)] }, "open=3 | 14"],
    [
      "nor when there are two: nobody knows whose port is whose",
      { listed: [listed(3, "open")], extra: [extra("closed", 9), extra("filtered", 5)] },
      "open=3 | 14",
    ],
    [
      "two that name their ports are clear",
      { listed: [listed(3, "open")], extra: [extra("closed", 9, "1-2,4-10"), extra("filtered", 5, "U:1-5")] },
      "closed=1-2,4-10 filtered=U:1-5 open=3 | 0",
    ],
    [
      "one that names them leaves the rest to the other",
      { listed: [listed(3, "open")], extra: [extra("closed", 9, "1-2,4-10"), extra("filtered", 5)] },
      "closed=1-2,4-10 filtered=U:1-5 open=3 | 0",
    ],
    [
      "names that do not add up do not count",
      { listed: [listed(3, "open")], extra: [extra("closed", 9, "1-2,4-9")] },
      "open=3 | 14",
    ],
    [
      "nor do names that contradict the listed ports",
      { listed: [listed(3, "open")], extra: [extra("closed", 9, "1-9")] },
      "open=3 | 14",
    ],
    [
      "a port that is listed in two states is in neither",
      { listed: [listed(3, "open"), listed(3, "closed")], extra: [extra("closed", 14)] },
      "closed=1-2,4-10,U:1-5 | 1",
    ],
    [
      "open|filtered, unfiltered and closed|filtered decide nothing",
      {
        listed: [listed(1, "open|filtered"), listed(2, "unfiltered"), listed(3, "closed|filtered")],
        extra: [extra("closed", 12)],
      },
      "closed=4-10,U:1-5 | 3",
    ],
    ["extraports in such a state decide nothing, either", { extra: [extra("open|filtered", 15)] }, " | 15"],
    [
      "silence of a host that nobody saw up is no-response",
      { upReason: "user-set", extra: [extra("filtered", 15, undefined, "no-response")] },
      "no-response=1-10,U:1-5 | 0",
    ],
    [
      "silence of one that answered somewhere is filtered",
      {
        upReason: "user-set",
        listed: [listed(3, "closed")],
        extra: [extra("filtered", 14, undefined, "no-response")],
      },
      "closed=3 filtered=1-2,4-10,U:1-5 | 0",
    ],
    [
      "a prohibition is filtered on any host",
      { upReason: "user-set", extra: [extra("filtered", 15, undefined, "admin-prohibited")] },
      "filtered=1-10,U:1-5 | 0",
    ],
    [
      "a port beyond scaninfo counts as listed",
      { listed: [listed(99, "open")], extra: [extra("closed", 15)] },
      "closed=1-10,U:1-5 open=99 | 0",
    ],
  ])("%s", (_name, host, expected) => {
    expect(settled(host)).toBe(expected);
  });

  it("covers nothing of a transport whose method infers its states", () => {
    const window = { all, unheld: none, reliable: new Set<Transport>(["udp"]) };
    expect(settled({ listed: [listed(3, "open")], extra: [extra("closed", 14)] }, window)).toBe("closed=U:1-5 | 10");
  });
});
