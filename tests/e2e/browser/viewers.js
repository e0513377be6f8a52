// SPDX-License-Identifier: MIT
// usage: viewers.js MODULES DH_VIEW SCREENSHOTS FILE...
// Loads FILEs into the viewers that people use, in Chromium without a window,
// and prints what these show, one JSON object: {FILE's name: figures}. A name
// ends in .dhat (for DH_VIEW, valgrind's page), .speedscope or .folded (for
// speedscope). MODULES is where npm put playwright-core and speedscope;
// SCREENSHOTS is a directory. No page gets at anything but its own files.
"use strict";
const fs = require("fs");
const path = require("path");

const [modules, dhView, screenshots, ...files] = process.argv.slice(2);
const { chromium } = require(path.join(modules, "playwright-core"));
const release = path.join(modules, "speedscope/dist/release");
const viewer = "http://viewer.invalid";

async function openPage(browser, file, errors) {
	const page = await browser.newPage({
		viewport: { width: 1200, height: 800 },
		acceptDownloads: true,
	});
	page.setDefaultTimeout(20000);
	page.on("pageerror", (error) => errors.push(error.message));
	await page.route("**/*", (route) => {
		const url = new URL(route.request().url());
		const at = url.pathname === "/profile" ? file :
			url.pathname === "/dhat" ? dhView :
			url.pathname.startsWith("/dh_view") ?
			path.join(path.dirname(dhView), url.pathname) :
			path.join(release, url.pathname);

		if (url.origin !== viewer || !fs.existsSync(at))
			return route.abort();
		const type = at === dhView ? "text/html" : undefined;
		return route.fulfill({ path: at, contentType: type });
	});
	return page;
}

// "1,234 bytes" and the like, after a word at the start of a line.
function figure(text, word, unit) {
	const match = new RegExp(`${word}:.*?([\\d,.]+) ${unit}`).exec(text);

	return match ? Number(match[1].replaceAll(",", "")) : null;
}

// The node of dh_view's tree that stands for everything, which comes first.
async function readDhat(page, file) {
	await page.goto(`${viewer}/dhat`);
	await page.setInputFiles("input[type=file]", file);
	await page.waitForFunction(() => document.querySelector(
		".error, .threshold"));
	const text = await page.evaluate(() => document.body.innerText);
	const error = await page.evaluate(() =>
		document.querySelector(".error")?.innerText ?? null);
	const root = text.slice(text.indexOf("PP 1/1"));
	const life = /avg lifetime ([\d,.]+) µs/.exec(root);

	return {
		error,
		mode: /Mode: *(.*)/.exec(text)?.[1],
		command: /Command: *(.*)/.exec(text)?.[1],
		end_us: figure(text, "t-end", "µs"),
		bytes_allocated: figure(root, "Total", "bytes"),
		allocations: figure(root, "Total", "blocks"),
		at_peak_bytes: figure(root, "At t-gmax", "bytes"),
		at_peak_blocks: figure(root, "At t-gmax", "blocks"),
		leaked_bytes: figure(root, "At t-end", "bytes"),
		leaked_blocks: figure(root, "At t-end", "blocks"),
		lifetime_us: life && Number(life[1].replaceAll(",", "")),
		frames: [...new Set(root.match(/[#^]\d+: 0x.*/g))],
	};
}

// What speedscope says of the profile that it shows: its name, and the largest
// total of a function, which is the first row of the sandwich view once that is
// sorted by totals.
async function readSandwich(page, sorted) {
	await page.keyboard.press("3");
	const title = await page.waitForFunction(() =>
		/Help\s+Total\s+Self/.test(document.body.innerText) &&
		/\n(.*?)(?: \((\d+)\/(\d+)\))?\n.*Export/.exec(
			document.body.innerText)?.slice(1, 3));
	if (!sorted)
		await page.getByText("Total", { exact: true }).click();
	await page.waitForTimeout(100);
	return {
		title: (await title.jsonValue())[0],
		top: await page.evaluate(() =>
			/Symbol Name\s+(.*?) \(/.exec(
				document.body.innerText)?.[1] ?? null),
	};
}

// Its own export has what it read, to the last byte.
async function readExport(page) {
	const waiting = page.waitForEvent("download");

	await page.getByText("Export").click();
	const saved = await (await waiting).path();
	const { profiles, shared } = JSON.parse(fs.readFileSync(saved, "utf8"));

	return {
		totals: profiles.map((p) => p.endValue - p.startValue),
		units: profiles.map((p) => p.unit),
		frames: shared.frames.map((f) => f.name),
	};
}

async function readSpeedscope(page, file) {
	const shown = [];

	await page.goto(`${viewer}/index.html#profileURL=` +
			encodeURIComponent(`${viewer}/profile`));
	await page.getByText("Export").waitFor();
	const weights = await readExport(page);
	for (let i = 0; i < weights.totals.length; i++) {
		if (i > 0)
			await page.keyboard.press("n");
		shown.push(await readSandwich(page, i > 0));
	}
	for (let i = 1; i < weights.totals.length; i++)
		await page.keyboard.press("p");
	await page.keyboard.press("2");
	await page.waitForTimeout(300);
	return { shown, ...weights };
}

async function main() {
	const browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		headless: true,
		timeout: 30000,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic",
			"--no-first-run", "--disable-background-networking",
			"--disable-component-update", "--disable-sync"],
	});
	const result = {};

	for (const file of files) {
		const name = path.basename(file), errors = [];
		const page = await openPage(browser, file, errors);
		const read = name.endsWith(".dhat") ? readDhat : readSpeedscope;

		result[name] = { ...await read(page, file), errors };
		await page.screenshot({
			path: path.join(screenshots, `${name}.png`) });
		await page.close();
	}
	await browser.close();
	console.log(JSON.stringify(result));
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});
