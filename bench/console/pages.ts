import type { Page } from "playwright-core";

/** Frames of scrolling, as the browser's own clock sees them. Milliseconds. */
export interface Frames {
  /** Between one frame and the next. */
  readonly frames: readonly number[];
  /** Script in each frame: callbacks of animation frames. */
  readonly scripts: readonly number[];
  /** Elements in the document at the end. */
  readonly elements: number;
}

/** Counts the time that scripts take in each frame; runs before the page's own scripts. */
export const COUNT_SCRIPTS = `
  window.__scripts = [];
  const request = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => request((at) => {
    const began = performance.now();
    callback(at);
    window.__scripts.push(performance.now() - began);
  });
  window.__request = request;
`;

/** Scrolls diagonally, a step for each frame. */
export async function scrollFrames(page: Page, selector: string, steps: number): Promise<Frames> {
  return await page.evaluate<Frames>(`new Promise((resolve) => {
    const box = document.querySelector(${JSON.stringify(selector)});
    window.__scripts.length = 0;
    const frames = [];
    let before;
    let step = 0;
    const next = (at) => {
      if (before !== undefined) frames.push(at - before);
      before = at;
      if (step++ >= ${steps}) {
        resolve({ frames, scripts: window.__scripts.slice(), elements: document.querySelectorAll("*").length });
        return;
      }
      box.scrollTop += 37;
      box.scrollLeft = (box.scrollLeft + 23) % 4000;
      window.__request(next);
    };
    window.__request(next);
  })`);
}

/** Milliseconds from moving the slider to the frame that shows it, for each of the positions. */
export async function moveTimes(page: Page, moves: number): Promise<number[]> {
  return await page.evaluate<number[]>(`(async () => {
    const slider = document.querySelector("input[type=range]");
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    const [from, to] = [Number(slider.min), Number(slider.max)];
    const times = [];
    for (let move = 0; move < ${moves}; move += 1) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      const began = performance.now();
      set.call(slider, String(from + ((move * 7919) % 1000) / 1000 * (to - from)));
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      // A message that is sent in a frame arrives after that frame was drawn.
      const { port1, port2 } = new MessageChannel();
      await new Promise((resolve) => {
        port1.onmessage = resolve;
        window.__request(() => port2.postMessage(0));
      });
      times.push(performance.now() - began);
    }
    return times;
  })()`);
}

/** The same matrix of pooled elements: one for each visible cell, moved and coloured as the map scrolls. */
export const RIVAL_PAGE = `<!doctype html><html lang="en"><head><title>rival</title>
<link rel="stylesheet" href="/rival.css"><script type="module" src="/rival.js"></script></head><body></body></html>`;
export const RIVAL_STYLE = `
  #box { position: relative; width: 1130px; height: 590px; overflow: auto; }
  #all { position: relative; width: 9000px; height: 220000px; }
  .cell { position: absolute; width: 18px; height: 22px; border: 1px solid #ddd; }
  .a { background: #0a5a78; } .n { background: #a9261c; } .c { background: #fff; } .u { background: #eee; }
`;
export const RIVAL_SCRIPT = `
  const box = document.createElement("div");
  box.id = "box";
  const all = document.createElement("div");
  all.id = "all";
  box.append(all);
  document.body.append(box);
  const cells = new Uint8Array(10000 * 500);
  for (let at = 0; at < cells.length; at += 1) cells[at] = at % 67 === 0 ? 1 : at % 701 === 0 ? 2 : at % 11 === 0 ? 3 : 0;
  const names = ["cell c", "cell a", "cell n", "cell u"];
  const pool = [];
  const draw = () => {
    const [top, left] = [Math.floor(box.scrollTop / 22), Math.floor(box.scrollLeft / 18)];
    let used = 0;
    for (let row = top; row < Math.min(10000, top + 28); row += 1) {
      for (let column = left; column < Math.min(500, left + 64); column += 1) {
        let cell = pool[used];
        if (cell === undefined) { cell = document.createElement("div"); pool.push(cell); all.append(cell); }
        used += 1;
        const name = names[cells[row * 500 + column]];
        if (cell.className !== name) cell.className = name;
        cell.style.transform = "translate(" + column * 18 + "px," + row * 22 + "px)";
      }
    }
  };
  let frame = 0;
  box.addEventListener("scroll", () => { if (frame === 0) frame = requestAnimationFrame(() => { frame = 0; draw(); }); });
  draw();
`;
