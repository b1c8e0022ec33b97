import { describe, expect, it } from "vitest";
import { HOSTILE, hostileExport, hostileFinding } from "../../../test/hostile.ts";
import * as examples from "../../../test/fakes/results.ts";
import { cefOf } from "./cef.ts";
import { sheetOf } from "./sheet.ts";
import { unseen } from "./visible.ts";

interface Event {
  readonly head: readonly string[];
  readonly extension: ReadonlyMap<string, string>;
}

/** Parses a line by the rules of the format ("Implementing ArcSight Common Event Format", header and extension). */
function parseCef(line: string): Event {
  const head = /^CEF:0((?:\|(?:[^\\|]|\\[\\|])*){6})\|(.*)$/s.exec(line);
  if (head === null) throw new Error(`not an event: ${line}`);
  const [, fields = "", rest = ""] = head;
  const parts = [...fields.matchAll(/\|((?:[^\\|]|\\[\\|])*)/g)].map(([, part = ""]) =>
    part.replaceAll(/\\(.)/g, "$1"),
  );
  const extension = new Map<string, string>();
  const keys = [...rest.matchAll(/(?:^| )(\w+)=/g)].filter(({ index }) => !endsInBackslashes(rest.slice(0, index)));
  keys.forEach((match, at) => {
    const value = rest.slice(match.index + match[0].length, keys[at + 1]?.index);
    if (extension.has(match[1]!)) throw new Error(`${match[1]!} comes twice`);
    extension.set(
      match[1]!,
      value.replaceAll(/\\(.)/g, (_all, of: string) => ({ n: "\n", r: "\r" })[of] ?? of),
    );
  });
  return { head: parts, extension };
}

const endsInBackslashes = (text: string): boolean => (/\\*$/.exec(text)?.[0].length ?? 0) % 2 === 1;

function eventsOf(exported = hostileExport()): Event[] {
  const file = [...cefOf(sheetOf(exported))].join("");
  expect(file.endsWith("\n")).toBe(true);
  expect(file.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  return file.trimEnd().split("\n").map(parseCef);
}

/** Keys of the extension dictionary, with their limits where they are below 4000. */
const DICTIONARY: Readonly<Record<string, number>> = { externalId: 40, dhost: 1023, msg: 1023, reason: 1023 };

describe("CEF of hostile findings", () => {
  const events = eventsOf();

  it("has one line per episode of a finding, and one that states what is listed", () => {
    expect(events.map(({ head }) => head[4])).toEqual([
      "Findings exported",
      ...Object.keys(HOSTILE).flatMap(() => Array<string>(2).fill("Port open without authorization")),
    ]);
    for (const { head } of events) expect(Number(head[5])).toBeLessThanOrEqual(10);
    expect(events[0]?.extension.get("cnt")).toBe(String(Object.keys(HOSTILE).length));
  });

  it("has the same keys for every finding: a text adds none", () => {
    const keys = (event: Event | undefined): string[] => [...(event?.extension.keys() ?? [])];
    const plain = eventsOf(hostileExport(["plain"], "dmz"));
    events.slice(1).forEach((event, at) => expect(keys(event)).toEqual(keys(plain[1 + (at % 2)])));
    expect(keys(events[0])).toEqual(keys(plain[0]));
  });

  it.each(Object.entries(HOSTILE).map(([name, text], at) => [name, text, at] as const))(
    "gives every text back: %s",
    (_name, text, at) => {
      const values = [...(events[2 * at + 1]?.extension.entries() ?? [])];
      // The summary names a program and its version; its endpoints have the key of the name, which no program has.
      const elsewhere = /^(episodes\.resolution|next|subject\.(product|version|endpoints\..*))$/;
      const fields = hostileFinding(at + 1, text).fields.filter(({ path }) => !elsewhere.test(path));
      const same = values.filter(([key, value]) => {
        const most = DICTIONARY[key] ?? 4000;
        expect(value.length).toBeLessThanOrEqual(most);
        return value.endsWith("…") ? text.startsWith(value.slice(0, -1)) : unseen(value) === text;
      });
      expect(same).toHaveLength(fields.length);
    },
  );

  it.each(Object.entries(HOSTILE))("names a scope with this name: %s", (_name, text) => {
    const [about, ...others] = eventsOf(hostileExport([], text));
    expect(others).toEqual([]);
    const scope = about?.extension.get("cs1") ?? "";
    expect(scope.endsWith("…") ? text.startsWith(scope.slice(0, -1)) : unseen(scope) === text).toBe(true);
  });

  it("names the endpoints of a program", () => {
    const endpoint = {
      vantage: "a|b=c",
      address: "10.77.0.2",
      transport: "tcp",
      port: 80,
      seenAt: examples.telnet.openedAt,
    } as const;
    const subject = { asset: "web-1", product: "nginx", version: "1.18.0", endpoints: [endpoint] };
    const [, event] = eventsOf({ ...hostileExport([], "dmz"), findings: [{ ...examples.telnet, subject }] });
    expect([event?.extension.get("flexString1Label"), event?.extension.get("flexString1")]).toEqual([
      "endpoints",
      "tcp/10.77.0.2:80 from a|b=c",
    ]);
  });

  it("puts addresses where the dictionary has them", () => {
    const of = (address: string) => ({ ...examples.telnet, subject: { ...examples.telnet.subject, address } });
    const exported = { ...hostileExport([], "dmz"), findings: [of("10.77.0.3"), of("2001:db8::1"), of("no address")] };
    const [, four, six, other] = eventsOf(exported).map(({ extension }) => extension);
    expect([four?.get("dst"), four?.has("c6a3"), four?.get("dpt"), four?.get("proto")]).toEqual([
      "10.77.0.3",
      false,
      "23",
      "TCP",
    ]);
    expect([six?.has("dst"), six?.get("c6a3")]).toEqual([false, "2001:db8::1"]);
    expect([other?.has("dst"), other?.has("c6a3"), other?.get("flexString2")]).toEqual([false, false, "no address"]);
  });
});
