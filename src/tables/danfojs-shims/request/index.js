// Stands in for request under danfojs-node 1.2.0. Reading from URLs is left out on purpose: request is deprecated with a
// hole that stays open (CVE-2023-28155), and an analysis should rest on files one keeps. danfojs calls request(options) in
// streamJSON, and request.get(url) in readCSV, streamCSV and openCsvInputStream.
"use strict";

function request(target) {
  const url = typeof target === "string" ? target : target?.url;
  throw new Error(`reading URLs is left out on purpose: download ${url} to a file, and read that`);
}

request.get = request;

module.exports = request;
