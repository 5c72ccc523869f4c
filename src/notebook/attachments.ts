import type { MimeBundle } from "./mime-bundle.js";

/**
 * Prose with its attachments (`![](attachment:a.png)`, the name as it is or encoded as a URL) where `url` says they are. A picture that
 * is attached and not used is left out.
 *
 * @example
 * withAttachments({ source: "![](attachment:a.png)", attachments: { "a.png": { "image/png": "AAAA" } }, url: ({ name }) => `files/${name}` }) // "![](files/a.png)"
 */
export function withAttachments({
  source,
  attachments = {},
  url,
}: {
  source: string;
  attachments?: Readonly<Record<string, MimeBundle>> | undefined;
  url: (picture: { mime: string; data: string; name: string }) => string;
}): string {
  const urls = new Map<string, string>();
  // The longest name first, for one may begin as another does.
  for (const [name, bundle] of Object.entries(attachments).sort(([a], [b]) => b.length - a.length)) {
    const [mime] = Object.keys(bundle);
    const references = [...new Set([name, encodeURI(name), encodeURIComponent(name)])].map(
      (written) => `attachment:${written}`,
    );
    if (mime === undefined || !references.some((reference) => source.includes(reference))) continue;
    const place = url({ mime, data: String(bundle[mime]), name });
    for (const reference of references) urls.set(reference, place);
  }
  if (urls.size === 0) return source;
  const written = [...urls.keys()].map((reference) => reference.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return source.replace(new RegExp(written.join("|"), "g"), (reference) => urls.get(reference) ?? reference);
}

/**
 * A picture of a notebook (base64; SVG is text in an output and base64 in an attachment) as a data URI.
 *
 * @example
 * dataUri({ mime: "image/png", data: "AA\nAA" }) // "data:image/png;base64,AAAA"
 */
export function dataUri({ mime, data }: { mime: string; data: string }): string {
  return `data:${mime};base64,${pictureBytes({ mime, data }).toString("base64")}`;
}

/**
 * The bytes of a picture of a notebook.
 *
 * @example
 * pictureBytes({ mime: "image/svg+xml", data: "<svg/>" }).length // 6
 * String(pictureBytes({ mime: "image/svg+xml", data: "PHN2Zy8+" })) // "<svg/>"
 */
export function pictureBytes({ mime, data }: { mime: string; data: string }): Buffer {
  const isText = mime === "image/svg+xml" && data.trimStart().startsWith("<");
  return Buffer.from(data, isText ? "utf8" : "base64");
}
