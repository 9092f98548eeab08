// Use the tools with clients that others wrote: the SDK for JavaScript, the Inspector, and the conformance scenarios that need
// no tools of their own. `node check.mjs URL`: URL is the address of a server with `/mcp` and the shipped collection.

import { equal, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const SCENARIOS = ["server-initialize", "ping", "tools-list", "resources-list", "dns-rebinding-protection"];

const base = process.argv[2];
const url = `${base}/mcp`;

/** Run a program of these packages, by their own Node.js; return what it prints, whatever its exit code. */
function run(program, ...parameters) {
  const options = { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 };
  try {
    return execFileSync(process.execPath, [`node_modules/.bin/${program}`, ...parameters], options);
  } catch (error) {
    return `${error.stdout}${error.stderr}`;
  }
}

const inspect = (...parameters) => run("inspector", "--cli", url, "--transport", "http", ...parameters);

const client = new Client({ name: "check", version: "1" });
await client.connect(new StreamableHTTPClientTransport(new URL(url)));
const { structuredContent } = await client.callTool({ name: "find_entity", arguments: { name: "Putin" } });
equal(structuredContent.permalink, `${base}/?actor=vladimir-putin`);
await client.close();
console.log("the SDK for JavaScript: 1 call");

equal(JSON.parse(inspect("--method", "tools/list")).tools.length, 7);
const said = inspect("--method", "tools/call", "--tool-name", "who_said", "--tool-arg", "speaker=Shoigu");
ok(said.includes(`${base}/?article=9vgje4hzdcgb&as_of=1#text=`), said);
const refused = inspect("--method", "tools/call", "--tool-name", "who_said", "--tool-arg", "speaker=Putni");
ok(refused.includes('"isError": true') && refused.includes("vladimir-putin"), refused);
const read = inspect("--method", "resources/read", "--uri", "dateline://articles/9vgje4hzdcgb");
ok(read.includes("article=9vgje4hzdcgb>"), read);
console.log("the Inspector: 4 calls");

for (const scenario of SCENARIOS) {
  const printed = run("conformance", "server", "--url", url.replace("127.0.0.1", "localhost"), "--scenario", scenario);
  ok(/Passed: (\d)\/\1, 0 failed, 0 warnings/.test(printed), printed);
}
console.log(`conformance: ${SCENARIOS.length} scenarios`);
