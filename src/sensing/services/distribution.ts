/** Suffixes that distributions add to versions and banners, with their names. Linear patterns on bounded text. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/Ubuntu/i, "Ubuntu"],
  [/Raspbian/i, "Raspbian"],
  [/Debian|\+deb\d{1,2}u?\d{0,3}|\bdeb\d{1,2}u\d/i, "Debian"],
  [/Red ?Hat|\.el\d{1,2}/i, "Red Hat"],
  [/AlmaLinux/i, "AlmaLinux"],
  [/Rocky/i, "Rocky Linux"],
  [/CentOS/i, "CentOS"],
  [/Fedora|\.fc\d\d/i, "Fedora"],
  [/SUSE|\bSLES/i, "SUSE"],
  [/Amazon ?Linux|\.amzn\d/i, "Amazon Linux"],
  [/FreeBSD-\d{8}/i, "FreeBSD"],
];

/** The distribution that a banner names itself after. */
export function distributionIn(text: string): string | undefined {
  const bounded = text.slice(0, 1_024);
  return MARKS.find(([mark]) => mark.test(bounded))?.[1];
}
