// Judges a HAR by the schemas of HAR 1.2: node har_check.mjs FILE. Prints what is wrong as JSON, [] where nothing is.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(`${process.env.WSW_PEERS}/`);
const validate = require("har-validator");
try {
  await validate.har(JSON.parse(readFileSync(process.argv[2], "utf8")));
  process.stdout.write("[]\n");
} catch (error) {
  process.stdout.write(JSON.stringify(error.errors ?? [String(error)]) + "\n");
}
