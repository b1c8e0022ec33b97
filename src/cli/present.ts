import { createPage, type Page } from "./screen/page.ts";
import { jsonText } from "./screen/text.ts";
import { styleFor, type Surroundings } from "./surroundings.ts";

/** Prints a result on stdout: as one JSON document, or as a page for a person. */
export function present(
  surroundings: Surroundings,
  json: boolean | undefined,
  result: unknown,
  show: (page: Page) => void,
): void {
  if (json === true) surroundings.stdout.write(`${jsonText(result)}\n`);
  else surroundings.stdout.write(pageText(surroundings, show));
}

export function pageText(surroundings: Surroundings, show: (page: Page) => void): string {
  const page = createPage(styleFor(surroundings.stdout, surroundings));
  show(page);
  return page.text();
}

/** Prints progress or advice on stderr; stdout holds only results. */
export function tell(surroundings: Surroundings, show: (page: Page) => void): void {
  const page = createPage(styleFor(surroundings.stderr, surroundings));
  show(page);
  surroundings.stderr.write(page.text());
}
