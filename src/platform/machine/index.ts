export { codeOfSystem, systemFault } from "./system-fault.ts";
export { openFilesLimit, requireOpenFiles, softLimit } from "./io/open-files.ts";
export { userName } from "./io/user-name.ts";
