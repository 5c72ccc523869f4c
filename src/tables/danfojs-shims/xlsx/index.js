// Stands in for xlsx under danfojs-node 1.2.0, which asks for it as a tarball of a site of its own: that does not install
// from the npm registry. Excel is left out on purpose. danfojs calls read, readFile and utils.sheet_to_json in readExcel,
// utils.aoa_to_sheet, utils.book_new, utils.book_append_sheet and writeFile in toExcel.
"use strict";

function refuse() {
  throw new Error("Excel files are left out on purpose: save the sheet as CSV and use readCSV, or write with toCSV");
}

module.exports = {
  read: refuse,
  readFile: refuse,
  writeFile: refuse,
  utils: { sheet_to_json: refuse, aoa_to_sheet: refuse, book_new: refuse, book_append_sheet: refuse },
};
