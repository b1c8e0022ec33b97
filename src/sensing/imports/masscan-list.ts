import { printable } from "../../platform/documents/index.ts";
import { nothingInIt } from "./json-scan.ts";
import { put } from "./listed-endpoint.ts";
import { instantOfSeconds, unreadableScan, type ScanFacts, type ScanReader, type ScanSink } from "./scan-reader.ts";

/** Characters of one line; a banner is the longest. */
const LONGEST_LINE = 262_144;

/** What a line can begin with, besides `banner`: `up` is an ARP reply. */
const STATUSES = new Set(["open", "closed", "up", "unknown"]);

/** Reads masscan's list (`-oL`): `open tcp 80 10.0.0.1 1700000000`, one line per answer, with `# end` at the end. */
export function createListReader(sink: ScanSink): ScanReader {
  let rest = "";
  let line = 0;
  let isFinished = false;
  let observations = 0;

  const read = (text: string): void => {
    line += 1;
    const words = text.trim().split(/\s+/, 5);
    const [state = "", transport, port, address, time] = words;
    if (state === "" || state.startsWith("#")) {
      isFinished = /^#\s*end$/.test(text.trim());
    } else if (STATUSES.has(state)) {
      observations += 1;
      put(sink, { address, at: instantOfSeconds(time), port, transport, state });
    } else if (state !== "banner") {
      throw unreadableScan(
        `'${printable(state, 40)}' begins no line of a masscan list.`,
        "Give the file as masscan -oL wrote it, or say its --format.",
        `${line}`,
      );
    }
  };

  return {
    write(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const each of lines) read(each);
      if (rest.length > LONGEST_LINE) {
        throw unreadableScan(
          `A line of the file is longer than ${LONGEST_LINE} characters.`,
          "Give the file as masscan -oL wrote it.",
          `${line + 1}`,
        );
      }
    },
    end() {
      const isCut = rest.trim() !== "";
      // A line that does not end may be cut inside its time or its port.
      if (rest.trim() === "# end") isFinished = true;
      if (observations === 0) throw nothingInIt();
      return {
        scanner: "masscan",
        hostsDown: 0,
        hostsNotScanned: 0,
        incomplete: isFinished
          ? undefined
          : isCut
            ? "the file ends in the middle of a line"
            : "the file has no '# end', so masscan may not have finished",
      } satisfies ScanFacts;
    },
  };
}
