import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fakeCommandLine } from "../../../test/fakes/command-line.ts";
import { Fault } from "../../model/index.ts";
import { run } from "../run.ts";

const cli = fakeCommandLine();

describe("init", () => {
  it("--yes writes a document for this machine alone, and never replaces one", async () => {
    expect(await run(["init", "--yes"], cli.surroundings())).toBe(0);
    const written = await readFile(join(cli.directory, "portolan.yaml"), "utf8");
    expect(written).toContain('addresses: ["this-machine"]');
    const again = cli.surroundings();
    expect(await run(["init", "--yes", "--name", "other"], again)).toBe(2);
    expect(again.printed.err).toContain("already exists");
    expect(await readFile(join(cli.directory, "portolan.yaml"), "utf8")).toBe(written);
  });

  it("asks, and takes the default for an empty answer", async () => {
    expect(
      await run(["init"], cli.surroundings({ answers: ['payment "platform"', "10.77.0.0/24, this-machine", ""] })),
    ).toBe(0);
    const written = await readFile(join(cli.directory, "portolan.yaml"), "utf8");
    expect(written).toContain('name: "payment \\"platform\\""');
    expect(written).toContain('addresses: ["10.77.0.0/24"]');
    expect(written).toContain("cadence: 1h");
  });

  it("says when the full sweeps cannot fit the cadence", async () => {
    const notice = "The full sweeps do not fit their cadences.";
    const around = cli.surroundings({ door: { checkScopeDocument: () => Promise.resolve(notice) } });
    expect(await run(["init", "--yes", "--target", "10.77.0.0/24"], around)).toBe(0);
    expect(around.printed.err).toContain(notice);
  });

  it("asks a wrong answer again and keeps the others", async () => {
    const refuse = (text: string) =>
      text.includes("/99")
        ? Promise.reject(
            new Fault("config-invalid", 'portolan.yaml:26:17: targets[0].addresses[0]: "10.0.0.0/99" is too long', {
              next: "Correct portolan.yaml and run the command again.",
            }),
          )
        : Promise.resolve(undefined);
    const answers = ["shop", "10.0.0.0/99", "10.0.0.0/29", "soon", "1d"];
    const around = cli.surroundings({ answers, door: { checkScopeDocument: refuse } });
    expect(await run(["init"], around)).toBe(0);
    expect(around.printed.err).toContain('"10.0.0.0/99" is too long');
    expect(around.printed.err).not.toContain("portolan.yaml:26");
    const written = await readFile(join(cli.directory, "portolan.yaml"), "utf8");
    expect(written).toContain('name: "shop"');
    expect(written).toContain('addresses: ["10.0.0.0/29"]');
    expect(written).toContain("cadence: 1d");
  });

  it("names the option that was wrong, and no file that does not exist", async () => {
    const refuse = () =>
      Promise.reject(
        new Fault("config-invalid", "portolan.yaml:26:17: targets[0].addresses[0]: no address", {
          next: "Correct portolan.yaml and run the command again.",
        }),
      );
    const around = cli.surroundings({ door: { checkScopeDocument: refuse } });
    expect(await run(["init", "--yes", "--target", "10.77.0.0/99"], around)).toBe(2);
    expect(around.printed.err).toBe(
      "error: no address\n  at:   --target\n  next: Nothing was written. Correct it, and run the command again.\n",
    );
  });

  it("refers to --yes without a terminal", async () => {
    const around = cli.surroundings();
    expect(await run(["init"], around)).toBe(2);
    expect(around.printed.err).toContain("portolan init --yes");
  });

  it("writes nothing if the document is not valid", async () => {
    const refuse = () =>
      Promise.reject(new Fault("config-invalid", "portolan.yaml:20:5: no address", { next: "Fix it." }));
    const around = cli.surroundings({ door: { checkScopeDocument: refuse } });
    expect(await run(["init", "--yes", "--target", "10.77.0.0/99"], around)).toBe(2);
    expect(await run(["init", "--yes", "--cadence", "soon"], cli.surroundings())).toBe(2);
    await expect(readFile(join(cli.directory, "portolan.yaml"))).rejects.toThrow("ENOENT");
  });
});
