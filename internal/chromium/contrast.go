package chromium

// This file computes in the browser how well text is read.

// Faint returns what text has less contrast than 4.5 to 1 to what is behind it, as WCAG's level AA asks for.
func (b *Browser) Faint() (faint []string) {
	b.T.Helper()
	b.Eval(`(() => {
		const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
		const light = (colour) => {
			const [r, g, b] = channels(colour).map((c) => (c /= 255) <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
			return .2126 * r + .7152 * g + .0722 * b;
		};
		const behind = (e) => { // the first that is not transparent
			for (; e; e = e.parentElement) {
				const colour = getComputedStyle(e).backgroundColor, [, , , alpha] = channels(colour);
				if (alpha === undefined || alpha > 0) return colour;
			}
			return "rgb(255, 255, 255)";
		};
		const behindDrawn = (e) => {
			if (e.classList.contains("type")) return getComputedStyle(e.previousElementSibling).fill;
			const box = e.closest(".node"), fill = box && getComputedStyle(box.querySelector(".box")).fill;
			return fill && fill !== "none" ? fill : getComputedStyle(e.closest("svg").querySelector(".canvas")).fill;
		};
		const faint = new Set();
		for (const e of document.querySelectorAll("body, body *")) {
			if (e.closest("script, style, title, desc") || ![...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim())) continue;
			const drawn = e instanceof SVGElement, style = getComputedStyle(e);
			const [a, b] = [light(drawn ? style.fill : style.color), light(drawn ? behindDrawn(e) : behind(e))].sort((x, y) => y - x);
			const contrast = (a + .05) / (b + .05);
			if (contrast < 4.5) faint.add(e.tagName + "." + e.getAttribute("class") + " has " + contrast.toFixed(1) + " at " + e.textContent.trim().slice(0, 30));
		}
		return [...faint].slice(0, 10);
	})()`, &faint)
	return faint
}
