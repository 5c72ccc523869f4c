import type { MimeBundle } from "./mime-bundle.js";

/**
 * Prose with its attachments (`![](attachment:a.png)`) where `url` says they are. A picture that is attached and not used is left out.
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
  return Object.entries(attachments).reduce((text, [name, bundle]) => {
    const [mime] = Object.keys(bundle);
    const reference = `attachment:${name}`;
    if (mime === undefined || !text.includes(reference)) return text;
    return text.replaceAll(reference, url({ mime, data: String(bundle[mime]), name }));
  }, source);
}

/**
 * A picture of a notebook (base64, SVG is text) as a data URI.
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
 */
export function pictureBytes({ mime, data }: { mime: string; data: string }): Buffer {
  return Buffer.from(data, mime === "image/svg+xml" ? "utf8" : "base64");
}
