export { sheetOf, type Exported, type Sheet } from "./sheet.ts";
export { renderSheet } from "./io/render.ts";
