// Compares ajv in strict mode with `certcentral check`. docs/contracts.md says how to run it.
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";

const [schemaFile, verdictsFile] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(schemaFile, "utf8"));
const ajv = new Ajv2020({ strict: true, strictRequired: false });
if (!ajv.validateSchema(schema)) throw new Error(ajv.errorsText());
const validate = ajv.compile(schema);

let orders = 0;
let valid = 0;
let differ = 0;
for (const line of readFileSync(verdictsFile, "utf8").trim().split("\n")) {
  const verdict = JSON.parse(line);
  const order = JSON.parse(readFileSync(verdict.file, "utf8"));
  orders += 1;
  if (verdict.valid) valid += 1;
  if (validate(order) !== verdict.valid) {
    differ += 1;
    console.error(`${verdict.file}: check says ${verdict.valid}: ${ajv.errorsText(validate.errors)}`);
  }
}
console.log(`ajv: ${orders} orders, ${valid} of them valid, ${differ} judged differently`);
process.exit(differ === 0 && orders >= 150 ? 0 : 1);
