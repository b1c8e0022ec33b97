import { join } from "node:path";
import { rolldown } from "rolldown";

/** Where the program reads it; part of every bundle. */
export const VERIFIER_FILE = "src/record/bundle/page/verify.mjs";

const HEADER = `// Verifier of Portolan evidence bundles. Apache-2.0.
// Bundled from verifier/, where the readable sources are.
`;

const root = join(import.meta.dirname, "..");

/** verifier/bundle/main.ts and what it imports as one module without dependencies. The same sources give the same text. */
export async function buildVerifier(): Promise<string> {
  const bundle = await rolldown({
    cwd: root,
    input: "verifier/bundle/main.ts",
    platform: "neutral",
    external: [/^node:/],
    treeshake: { moduleSideEffects: (id) => id.endsWith("/main.ts") },
  });
  const { output } = await bundle.generate({ format: "es", minify: true, comments: false, codeSplitting: false });
  const [{ code }, ...more] = output;
  if (more.length > 0) throw new Error("the verifier is not one file");
  // In the page, it is inside a block that the parser ends there.
  if (/<\/script|<!--/i.test(code)) throw new Error("the verifier has text that ends a script block");
  return `${HEADER}${shortened(code.trimEnd())}\n`;
}

/** `void 0` is a fiftieth of minified code; a variable without a value is four letters shorter, 250 times. */
function shortened(code: string): string {
  if (code.includes("_$")) throw new Error("the verifier has a name that stands for undefined here");
  return `let _$;${code.replaceAll("void 0", "_$")}`;
}
