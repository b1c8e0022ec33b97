import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Fault } from "../../model/index.ts";
import { createDnsLookup } from "./dns-lookup.ts";
import { loadScope } from "./load-scope.ts";
import { ownAddresses } from "./own-addresses.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "portolan-scope-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Node has no call for it. */
const MAKE_PIPE = "mkfifo";

const DOCUMENT =
  'version: 1\nname: lab\nsystemTypes: { host: { cadence: 1h } }\ntargets: [{ addresses: ["file:lists/h.txt"], systemType: host }]\n';

function faultOf(path: string): { code: string; message: string; next: string; place: string | undefined } {
  try {
    loadScope(path);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

describe("loading a scope", () => {
  test("reads the document and the lists beside it, wherever the process runs", () => {
    const path = write("portolan.yaml", DOCUMENT);
    mkdirSync(join(folder, "lists"));
    write("lists/h.txt", "10.0.0.1\n");
    const { scope, document } = loadScope(path);
    expect(document).toBe(DOCUMENT);
    expect(scope.targets[0]?.addresses).toEqual(["10.0.0.1"]);
  });

  test("a missing file: what it is and how to make one", () => {
    const path = join(folder, "portolan.yaml");
    expect(faultOf(path)).toMatchObject({
      code: "config-invalid",
      message: `${path} does not exist`,
      next: "Write one with: portolan init.",
      place: path,
    });
  });

  test("a missing list is reported where it is named", () => {
    const path = write("portolan.yaml", DOCUMENT);
    expect(faultOf(path)).toMatchObject({
      message: `${path}:4:25: targets[0].addresses[0]: ${join(folder, "lists/h.txt")} does not exist; create it, or remove the file: reference`,
      place: `${path}:4:25`,
    });
  });

  test("a folder, a named pipe, a file that is too large, a file that is not text", () => {
    expect(faultOf(folder).message).toBe(`${folder} is not a file`);
    const pipe = join(folder, "pipe");
    execFileSync(MAKE_PIPE, [pipe]);
    expect(faultOf(pipe).message).toBe(`${pipe} is not a file`);
    const large = write("large.yaml", new Uint8Array(1024 * 1024 + 1));
    expect(faultOf(large).message).toBe(`${large} is larger than 1 MiB`);
    const binary = write("binary.yaml", Uint8Array.of(0xff, 0xfe, 0x00));
    expect(faultOf(binary)).toMatchObject({ message: `${binary} is not UTF-8 text`, next: "Save it as UTF-8." });
  });

  test("the name of a hostile file never reaches a terminal unescaped", () => {
    expect(faultOf(join(folder, "a\u001b[31m.yaml")).message).toContain(String.raw`a\u{1b}[31m.yaml does not exist`);
  });
});

describe("name resolution", () => {
  test("queries the system resolver for all addresses", async () => {
    expect(await createDnsLookup()("localhost")).toEqual(
      expect.arrayContaining([expect.stringMatching(/^(127\.0\.0\.1|::1)$/)]),
    );
  });

  test("explains in words why there is no answer", async () => {
    const failing = (code: string): ReturnType<typeof createDnsLookup> =>
      createDnsLookup({ resolve: () => Promise.reject(Object.assign(new Error(code), { code })) });
    await expect(failing("ENOTFOUND")("x")).rejects.toThrow("does not resolve: no such name");
    await expect(failing("EAI_AGAIN")("x")).rejects.toThrow("does not resolve: the name server does not answer");
    await expect(failing("E\u001b[31m")("x")).rejects.toThrow(String.raw`does not resolve: "E\u{1b}[31m"`);
  });

  test("gives up on a resolver that does not answer", async () => {
    const never = createDnsLookup({ timeout: 5, resolve: () => new Promise<never>(() => {}) });
    await expect(never("x")).rejects.toThrow("does not resolve: no answer within 5 ms");
  });
});

test("own addresses are those of every interface", () => {
  const expected = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  expect(ownAddresses()).toEqual(expected.map(({ address }) => address));
  expect(ownAddresses()).toContain("127.0.0.1");
});

describe("the next step of a scope that cannot be read", () => {
  const followed: Readonly<Record<string, readonly [next: RegExp, broken: () => void, ways: readonly (() => void)[]]>> =
    {
      "a directory in its place": [
        /; give the path of a text file$/m,
        () => mkdirSync(join(folder, "lists/h.txt")),
        [
          () => {
            rmSync(join(folder, "lists/h.txt"), { recursive: true });
            write("lists/h.txt", "10.0.0.1\n");
          },
        ],
      ],
      "a list of single addresses that is too large": [
        /; write ranges instead of single addresses, or split it into several list files$/m,
        () => write("lists/h.txt", "10.0.0.1\n".repeat(120_000)),
        [
          () => write("lists/h.txt", "10.0.0.0/15\n"),
          () => {
            write("lists/h.txt", "10.0.0.1\n".repeat(60_000));
            write("lists/i.txt", "10.0.0.2\n".repeat(60_000));
            write("p.yaml", DOCUMENT.replace('"file:lists/h.txt"', '"file:lists/h.txt", "file:lists/i.txt"'));
          },
        ],
      ],
      "a list that is a link to itself": [
        /cannot be read \(ELOOP\); check the path and the file system$/m,
        () => symlinkSync(join(folder, "lists/h.txt"), join(folder, "lists/h.txt")),
        [
          () => {
            write("lists/real.txt", "10.0.0.1\n");
            write("p.yaml", DOCUMENT.replace("h.txt", "real.txt"));
          },
          () => {
            rmSync(join(folder, "lists/h.txt"));
            symlinkSync(join(folder, "lists/real.txt"), join(folder, "lists/h.txt"));
            write("p.yaml", DOCUMENT);
          },
        ],
      ],
      "a list in another encoding": [
        /; save it as UTF-8$/m,
        () => write("lists/h.txt", Buffer.from("10.0.0.1 # café\n", "latin1")),
        [() => write("lists/h.txt", "10.0.0.1 # café\n")],
      ],
      "a list that does not exist": [
        /; create it, or remove the file: reference$/m,
        () => undefined,
        [
          () => write("lists/h.txt", "10.0.0.1\n"),
          () => write("p.yaml", DOCUMENT.replace('"file:lists/h.txt"', "10.0.0.1")),
        ],
      ],
    };

  test.each(Object.entries(followed))("leads on from %s", (_, [next, broken, ways]) => {
    mkdirSync(join(folder, "lists"));
    const path = write("p.yaml", DOCUMENT);
    broken();
    // A list has its own next step in its line of the message.
    expect(faultOf(path).message).toMatch(next);
    for (const way of ways) {
      way();
      expect(loadScope(path).scope.targets[0]?.addresses).not.toEqual([]);
    }
  });
});
