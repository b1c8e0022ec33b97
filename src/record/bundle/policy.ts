/**
 * The lines of the tlog-policy of a bundle: the keys of the log, the witnesses, groups and quorum of the operator's own
 * policy without the addresses of witnesses, and the witnesses that cosigned though that names them no longer.
 */
export function policyLines(
  logs: readonly string[],
  cosigned: readonly string[],
  operators: string | undefined,
): string[] {
  const own = (operators ?? "").split("\n").flatMap((line) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    if (words[0] === "witness") return [words.slice(0, 3)];
    return words[0] === "group" || words[0] === "quorum" ? [words] : [];
  });
  const names = new Set(own.map(([, name = ""]) => name));
  const known = new Set(own.flatMap(([word, , vkey = ""]) => (word === "witness" ? [vkey] : [])));
  const others = cosigned.filter((vkey) => !known.has(vkey));
  let number = 0;
  const nextName = (): string => {
    do number += 1;
    while (names.has(`w${number}`));
    return `w${number}`;
  };
  const lines = own.map((words) => words.join(" "));
  const isQuorum = (line: string): boolean => line.startsWith("quorum ");
  return [
    ...logs.map((vkey) => `log ${vkey}`),
    ...lines.filter((line) => !isQuorum(line)),
    ...others.map((vkey) => `witness ${nextName()} ${vkey}`),
    lines.find(isQuorum) ?? "quorum none",
  ];
}
