"use strict";
// What the page does beyond being read: the theme that is remembered, search, and buttons that copy.
(() => {
	const root = document.documentElement;
	const store = {
		get() { try { return localStorage.getItem("zmqgen-theme"); } catch { return null; } },
		set(theme) { try { localStorage.setItem("zmqgen-theme", theme); } catch { /* it is not remembered then */ } },
	};
	let used = null;
	const use = (theme) => { used = theme; show(theme); };
	const show = (theme) => { root.classList.remove("light", "dark"); if (theme === "light" || theme === "dark") root.classList.add(theme); };
	use(store.get());
	// Paper is light.
	addEventListener("beforeprint", () => show("light"));
	addEventListener("afterprint", () => show(used));

	document.addEventListener("DOMContentLoaded", () => {
		const $ = (id) => document.getElementById(id);
		const search = $("search"), results = $("results"), found = $("found"), count = $("count");
		const contents = document.querySelector(".contents");
		const narrow = matchMedia("(max-width: 60rem)");
		document.querySelector(".tools").hidden = false;
		const fit = () => { contents.open = !narrow.matches; };
		fit();
		narrow.addEventListener("change", fit);

		$("theme").addEventListener("click", () => {
			const dark = root.classList.contains("dark") || !root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches;
			const theme = dark ? "light" : "dark";
			use(theme);
			store.set(theme);
		});

		// A drawing that stays readable so is made to fit; of a larger one the reader sees a part, and may choose to see all.
		const drawing = $("drawing"), size = $("size");
		if (drawing) {
			const svg = drawing.querySelector("svg"), width = svg.width.baseVal.value, height = svg.height.baseVal.value;
			const show = (fitting) => {
				drawing.classList.toggle("fit", fitting);
				size.textContent = fitting ? "Show at full size" : "Fit to the window";
			};
			if (width > drawing.clientWidth || height > innerHeight * .85) size.parentNode.hidden = false;
			show(Math.max(width / drawing.clientWidth, height / innerHeight / .85) < 1.5);
			size.addEventListener("click", () => show(!drawing.classList.contains("fit")));
			// Of what does not fit the reader sees the first node of the file first.
			const first = document.querySelector('.side nav a[href^="#node-"]');
			const box = first && $("drawn-" + first.hash.slice(1));
			if (box && !drawing.classList.contains("fit")) {
				const at = box.getBoundingClientRect(), within = drawing.getBoundingClientRect();
				drawing.scrollLeft += at.left - within.left - Math.max(24, (within.width - at.width) / 4);
				drawing.scrollTop += at.top - within.top - 24;
			}
		}

		// Everything that has a name: what it is, and where.
		const kinds = ["node", "device", "security", "socket", "pattern", "carried", "method", "message", "enum", "import"];
		const things = [];
		for (const e of document.querySelectorAll("main [data-name]")) {
			let kind = kinds.find((k) => e.classList.contains(k));
			if (!kind) kind = e.id.startsWith("value-") ? "value" : "field";
			if (kind !== "carried") things.push({ name: e.dataset.name, low: e.dataset.name.toLowerCase(), kind, id: e.id });
		}
		const most = 100;
		// What starts with what is sought comes before what has it at the start of a word, and that before what has it within.
		const rank = (thing, query) => {
			const at = thing.low.indexOf(query);
			if (at < 0) return -1;
			const last = thing.low.slice(thing.low.lastIndexOf(".") + 1);
			if (last === query || thing.low === query) return 0;
			if (at === 0 || last.startsWith(query)) return 1;
			return /[._]/.test(thing.low[at - 1]) ? 2 : 3;
		};
		let chosen = -1;
		const choose = (i) => {
			const items = found.children;
			if (chosen >= 0 && items[chosen]) items[chosen].classList.remove("now");
			chosen = Math.max(-1, Math.min(i, items.length - 1));
			if (chosen >= 0) {
				items[chosen].classList.add("now");
				items[chosen].scrollIntoView({ block: "nearest" });
			}
		};
		const look = () => {
			const query = search.value.trim().toLowerCase();
			results.hidden = query === "";
			contents.hidden = query !== "";
			found.replaceChildren();
			chosen = -1;
			if (query === "") return;
			const hits = [];
			for (const thing of things) {
				const r = rank(thing, query);
				if (r >= 0) hits.push([r, thing]);
			}
			hits.sort((a, b) => a[0] - b[0]);
			count.textContent = hits.length === 0 ? "Nothing found" : hits.length === 1 ? "1 found" : `${hits.length} found${hits.length > most ? `, the first ${most}` : ""}`;
			for (const [, thing] of hits.slice(0, most)) {
				const item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("small");
				link.href = "#" + thing.id;
				link.textContent = thing.name;
				kind.textContent = thing.kind;
				link.append(kind);
				item.append(link);
				found.append(item);
			}
			choose(0);
		};
		search.addEventListener("input", look);
		search.addEventListener("keydown", (e) => {
			if (e.key === "ArrowDown") choose(chosen + 1);
			else if (e.key === "ArrowUp") choose(Math.max(0, chosen - 1));
			else if (e.key === "Enter" && found.children[chosen]) found.children[chosen].firstChild.click();
			else if (e.key === "Escape") { search.value = ""; look(); search.blur(); }
			else return;
			e.preventDefault();
		});
		document.addEventListener("keydown", (e) => {
			if (e.key === "/" && !e.ctrlKey && !e.metaKey && !e.altKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
				e.preventDefault();
				search.focus();
				search.select();
			}
		});
		document.querySelector(".side nav").addEventListener("click", (e) => { if (e.target.closest("a") && narrow.matches) contents.open = false; });

		for (const figure of document.querySelectorAll("figure")) {
			const button = document.createElement("button"), code = figure.querySelector("code");
			button.type = "button";
			button.className = "copy";
			button.textContent = "Copy";
			button.addEventListener("click", async () => {
				try {
					await navigator.clipboard.writeText(code.textContent);
					button.textContent = "Copied";
				} catch { // then the reader copies what is selected
					getSelection().selectAllChildren(code);
				}
				setTimeout(() => { button.textContent = "Copy"; }, 1500);
			});
			figure.append(button);
		}

		// The contents show where the reader is.
		const links = new Map();
		for (const a of document.querySelectorAll(".side nav li a")) links.set(a.hash.slice(1), a);
		let current = null;
		const seen = new IntersectionObserver((entries) => {
			for (const entry of entries) {
				const a = links.get(entry.target.id);
				if (!entry.isIntersecting || !a || a === current) continue;
				if (current) current.removeAttribute("aria-current");
				a.setAttribute("aria-current", "true");
				current = a;
			}
		}, { rootMargin: "-10% 0px -85% 0px" });
		for (const e of document.querySelectorAll("main .item, #topology, #changes")) seen.observe(e);
	});
})();
