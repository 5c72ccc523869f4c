import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

// The pictures' font ships with the project (npm dejavu-fonts-ttf): with a machine's own fonts no two machines draw the same
// picture, and without any all text vanishes silently.
const { resolve } = createRequire(import.meta.url);

/** The font family of every picture. */
export const FONT_FAMILY = "DejaVu Sans";
/** The font files of `FONT_FAMILY`: regular and bold. */
export const FONT_FILES: readonly [string, string] = [
  resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
  resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
];

/** Widths of a font's glyphs and its height above and below the base line, in em. */
interface FontMetrics {
  readonly ascentEm: number;
  readonly descentEm: number;
  readonly widthEm: (codePoint: number) => number;
}

const metrics: { regular?: FontMetrics; bold?: FontMetrics } = {};

/**
 * Width and height of one line of text in em of `FONT_FAMILY`, from the font's own advance widths; kerning is left out.
 *
 * @example
 * textExtentEm("0").widthEm.toFixed(3) // "0.636"
 */
export function textExtentEm(
  text: string,
  { bold = false }: { bold?: boolean } = {},
): { widthEm: number; ascentEm: number; descentEm: number } {
  const style = bold ? "bold" : "regular";
  metrics[style] ??= readMetrics(readFileSync(FONT_FILES[bold ? 1 : 0]));
  const { ascentEm, descentEm, widthEm } = metrics[style];
  const width = Array.from(text, (character) => widthEm(character.codePointAt(0) ?? 0)).reduce((sum, em) => sum + em, 0);
  return { widthEm: width, ascentEm, descentEm };
}

/** Reads the tables `head`, `hhea`, `hmtx` and `cmap` (format 4) of a TrueType font, as the OpenType specification lays them out. */
function readMetrics(font: Buffer): FontMetrics {
  const tables = new Map<string, number>();
  for (let record = 12, left = font.readUInt16BE(4); left > 0; record += 16, left--) {
    tables.set(font.toString("latin1", record, record + 4), font.readUInt32BE(record + 8));
  }
  const table = (tag: string) => tables.get(tag) ?? 0;
  const unitsPerEm = font.readUInt16BE(table("head") + 18);
  const fullWidths = font.readUInt16BE(table("hhea") + 34);
  const advance = (glyph: number) => font.readUInt16BE(table("hmtx") + 4 * Math.min(glyph, fullWidths - 1));
  const glyphs = readGlyphs(font, table("cmap"));
  return {
    ascentEm: font.readInt16BE(table("hhea") + 4) / unitsPerEm,
    descentEm: -font.readInt16BE(table("hhea") + 6) / unitsPerEm,
    widthEm: (codePoint) => advance(glyphs.get(codePoint) ?? 0) / unitsPerEm,
  };
}

/** Glyph by code point of the basic plane; a character the font lacks is glyph 0. */
function readGlyphs(font: Buffer, cmap: number): Map<number, number> {
  const glyphs = new Map<number, number>();
  const subtables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, index) => cmap + font.readUInt32BE(cmap + 8 + 8 * index),
  );
  const start = subtables.find((offset) => font.readUInt16BE(offset) === 4);
  if (start === undefined) return glyphs;
  const segmentBytes = font.readUInt16BE(start + 6);
  for (let segment = 0; segment < segmentBytes; segment += 2) {
    const endCode = start + 14 + segment;
    const [end, first] = [font.readUInt16BE(endCode), font.readUInt16BE(endCode + segmentBytes + 2)];
    const delta = font.readUInt16BE(endCode + 2 * segmentBytes + 2);
    const rangeOffsetAt = endCode + 3 * segmentBytes + 2;
    const rangeOffset = font.readUInt16BE(rangeOffsetAt);
    for (let code = first; code <= end && code < 0xffff; code++) {
      const glyph = rangeOffset === 0 ? code : font.readUInt16BE(rangeOffsetAt + rangeOffset + 2 * (code - first));
      if (glyph !== 0) glyphs.set(code, (glyph + delta) & 0xffff);
    }
  }
  return glyphs;
}
