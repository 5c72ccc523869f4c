/**
 * The flame graph's SVG as a fragment of a page: hover names a function, a click widens a box to the whole width (a click on the
 * lowest box undoes it), and the search marks functions by a part of their name and says what share of the weight lies under them.
 *
 * @example
 * flameGraphHtml("<svg></svg>").startsWith('<div class="flame-graph">') // true
 */
export function flameGraphHtml(svg: string): string {
  return `<div class="flame-graph">
<p><label>Search <input type="search" size="32" placeholder="part of a name, say memset"></label> <span class="found"></span></p>
${svg}</div>
<script>(${SCRIPT})(document.currentScript.previousElementSibling);</script>
`;
}

// Runs in the reader's page, on the boxes as they were drawn: x and width in px of the SVG.
const SCRIPT = `(graph) => {
  const found = graph.querySelector(".found");
  const boxes = [...graph.querySelectorAll("svg g")].map((group) => {
    const rect = group.querySelector("rect");
    const number = (name) => Number(rect.getAttribute(name));
    const said = group.querySelector("title").textContent;
    return { group, rect, text: group.querySelector("text"), said, name: said.slice(0, said.lastIndexOf(": ")),
      x: number("x"), y: number("y"), width: number("width"), fill: rect.getAttribute("fill") };
  });
  const root = boxes[0];
  if (!root) return;
  const end = (box) => box.x + box.width; // up to 1 px short of its true end, which is the gap to the next
  const show = (box, x, width) => {
    box.rect.setAttribute("x", x);
    box.rect.setAttribute("width", Math.max(width, 0));
    const fitting = Math.floor((width - 6) / 6.9);
    if (!box.text) {
      box.text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      box.text.setAttribute("y", box.y + 13);
      box.group.append(box.text);
    }
    box.text.setAttribute("x", x + 3);
    box.text.textContent = fitting < 3 ? "" : box.name.length <= fitting ? box.name : box.name.slice(0, fitting - 2) + "..";
  };
  const zoom = (to) => {
    const scale = root.width / to.width;
    for (const box of boxes) {
      const caller = box.y > to.y && box.x <= to.x + 1.11 && end(box) >= end(to) - 1.11;
      const inside = box.y <= to.y && box.x >= to.x - 1.11 && end(box) <= end(to) + 1.11;
      box.group.style.display = caller || inside ? "" : "none";
      box.group.style.opacity = caller ? 0.6 : 1;
      if (caller) show(box, root.x, root.width);
      else if (inside) show(box, root.x + (box.x - to.x) * scale, box.width * scale);
    }
  };
  for (const box of boxes) box.group.addEventListener("click", () => zoom(box));
  graph.querySelector("input").addEventListener("input", ({ target }) => {
    const part = target.value.trim().toLowerCase();
    const spans = [];
    for (const box of boxes) {
      const hit = part !== "" && box.name.toLowerCase().includes(part);
      box.rect.setAttribute("fill", hit ? "#CC79A7" : box.fill);
      if (hit && !spans.some(([from, to]) => box.x >= from && end(box) <= to + 1.11)) spans.push([box.x, end(box)]);
    }
    const width = spans.reduce((sum, [from, to]) => sum + to - from, 0);
    found.textContent = part === "" ? "" : (100 * width / root.width).toFixed(2) + " % of the weight";
  });
}`;
