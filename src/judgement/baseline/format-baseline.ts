import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { isPrintable, printable } from "../../platform/documents/index.ts";
import { atOnce, formatInstant, PIECE, type AuthorizedPort, type InPieces } from "../../model/index.ts";

/** Comments of one entry: above it, and after the values that a person still has to write. */
export interface EntryComments {
  readonly above?: string | undefined;
  readonly owner?: string | undefined;
  readonly justification?: string | undefined;
}

const LIST = "authorizedPorts";
/**
 * The authorized ports as `port-baseline.yaml`; `parseBaseline` reads the same ports back. An empty owner or
 * justification is written as a key without a value.
 *
 * @param header comment at the top, without `#`
 */
export function formatBaseline(ports: readonly AuthorizedPort[], header: string, commentsOf?: Comments): string {
  return atOnce(formatInPieces(ports, header, commentsOf));
}

type Comments = (port: AuthorizedPort, index: number) => EntryComments;

/** The same. The nodes of 100,000 entries would take a gigabyte. */
export function* formatInPieces(
  ports: readonly AuthorizedPort[],
  header: string,
  commentsOf: Comments = () => ({}),
): InPieces<string> {
  const head = new Document({ version: 1 });
  if (header !== "") head.commentBefore = comment(header);
  if (ports.length === 0) head.set(LIST, flowList());
  let text = textOf(head);
  for (let from = 0; from < ports.length; from += PIECE) {
    if (from > 0) yield;
    const list = new YAMLSeq();
    for (const [at, port] of ports.slice(from, from + PIECE).entries()) {
      list.add(entryNode(port, commentsOf(port, from + at), from + at));
    }
    const part = textOf(new Document({ [LIST]: list }));
    text += from === 0 ? part : part.slice(part.indexOf("\n") + 1);
  }
  return text;
}

function textOf(document: Document): string {
  // Folding would break a long value into several lines; one line is easier to review in a diff.
  return document.toString({ lineWidth: 0, nullStr: "", flowCollectionPadding: false });
}

function flowList(): YAMLSeq {
  const list = new YAMLSeq();
  list.flow = true;
  return list;
}

function entryNode(port: AuthorizedPort, comments: EntryComments, index: number): YAMLMap {
  const [first, last] = port.ports;
  const map = new YAMLMap();
  const put = (key: string, value: unknown, note?: string): void => {
    const scalar = value instanceof YAMLSeq ? value : scalarOf(value);
    if (note !== undefined) scalar.comment = comment(note);
    map.add(new Pair(new Scalar(key), scalar));
  };
  const { asset, tag, systemType, cidr } = port.selector;
  for (const [key, value] of Object.entries({ asset, tag, systemType, cidr })) {
    if (value !== undefined) put(key, value);
  }
  put("port", first === last ? first : `${first}-${last}`);
  put("transport", port.transport);
  if (port.service !== undefined) put("service", port.service);
  put("owner", port.owner === "" ? null : port.owner, comments.owner);
  put("justification", port.justification === "" ? null : port.justification, comments.justification);
  if (port.controls.length > 0) put("controls", inline(port.controls));
  put("presence", port.presence);
  if (port.exposure !== undefined) put("exposure", inline(port.exposure));
  if (port.expires !== undefined) put("expires", dateText(port.expires));
  if (comments.above !== undefined) {
    map.commentBefore = comment(comments.above);
    map.spaceBefore = index > 0;
  }
  return map;
}

function inline(values: readonly string[]): YAMLSeq {
  const list = flowList();
  for (const value of values) list.add(scalarOf(value));
  return list;
}

/** Text with a line break or a control character is written on one line, escaped. */
function scalarOf(value: unknown): Scalar {
  const scalar = new Scalar(value);
  if (typeof value === "string" && !isPrintable(value)) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** A bare date, as people write it, if the authorization ends at midnight UTC. */
function dateText(at: number): string {
  const text = formatInstant(at);
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : text;
}

/** Makes each line its own comment; characters that could end a comment or hide in it become visible. */
function comment(text: string): string {
  return text
    .split("\n")
    .map((each) => (each === "" ? "" : ` ${printable(each, 500)}`))
    .join("\n");
}
