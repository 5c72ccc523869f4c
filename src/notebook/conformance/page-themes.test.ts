// What a reader of a page sees in Chromium, on light and on dark: the lines of a figure stand out from the ground.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { plotlyPage } from "../../render/plotly-html.js";

const CHROMIUM = "/usr/bin/chromium";
const skip =
  !existsSync(CHROMIUM) && !process.env.LINERATE_NEEDS_JUPYTER
    ? `there is no ${CHROMIUM}: apt-get install --no-install-recommends chromium`
    : false;
/** WCAG 2.1, 1.4.11: graphical objects against the colours beside them. */
const LEAST_CONTRAST = 3;

describe("a page in Chromium", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "linerate-test-"));
  let browser: Browser | undefined;
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM });
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  it("shows intervals that stand out from the ground, also after a change of theme; a colour of one's own stays", async () => {
    assert.ok(browser);
    const file = join(folder, "page.html");
    const bar = (color?: string) => ({ type: "bar", x: [1], y: [2], error_y: { type: "data", array: [0.5], color } });
    writeFileSync(file, plotlyPage({ title: "bars", figures: [{ data: [bar(), bar("#d55e00")], layout: {} }] }));
    const page = await browser.newPage({ colorScheme: "dark" });
    await page.goto(pathToFileURL(file).href);
    const bars = page.locator(".errorbar path");
    await bars.nth(1).waitFor({ state: "attached" });
    for (const colorScheme of ["dark", "light"] as const) {
      await page.emulateMedia({ colorScheme });
      const ground = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
      const [stroke = "", own = ""] = await bars.evaluateAll((paths) => paths.map((path) => getComputedStyle(path).stroke));
      const seen = contrast(stroke, ground);
      assert.ok(seen >= LEAST_CONTRAST, `${colorScheme}: ${stroke} on ${ground} is ${seen.toFixed(2)}`);
      assert.equal(own, "rgb(213, 94, 0)");
    }
  });
});

/** WCAG's ratio of two colours `rgb(r, g, b)`. */
function contrast(...colours: readonly [string, string]): number {
  const [dark = 0, light = 0] = colours.map(luminance).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.match(/\d+/g) ?? []).map((digits) => {
    const part = Number(digits) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
