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

// Runs in the reader's page. Who stands on whom is told by the weights, which are exact, not by the px that were drawn.
const SCRIPT = `(graph) => {
  const found = graph.querySelector(".found");
  const boxes = [...graph.querySelectorAll("svg g")].map((group) => {
    const rect = group.querySelector("rect");
    const said = group.querySelector("title").textContent;
    return { group, rect, text: group.querySelector("text"), said, name: said.slice(0, said.lastIndexOf(": ")),
      start: Number(group.dataset.start), weight: Number(group.dataset.weight),
      y: Number(rect.getAttribute("y")), fill: rect.getAttribute("fill") };
  });
  const root = boxes[0];
  if (!root) return;
  const [left, whole] = ["x", "width"].map((name) => Number(root.rect.getAttribute(name)));
  const holds = (outer, inner) => outer.start <= inner.start && outer.start + outer.weight >= inner.start + inner.weight;
  const show = (box, x, width) => {
    box.rect.setAttribute("x", x);
    box.rect.setAttribute("width", width);
    const fitting = Math.floor((width - 6) / 6.9);
    if (!box.text) {
      box.text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      box.text.setAttribute("y", box.y + 13);
      box.group.append(box.text);
    }
    box.text.setAttribute("x", x + 3);
    box.text.textContent = fitting < 5 ? "" : box.name.length <= fitting ? box.name : box.name.slice(0, fitting - 2) + "..";
  };
  const zoom = (to) => {
    const scale = whole / to.weight;
    for (const box of boxes) {
      const caller = box.y > to.y && holds(box, to);
      const inside = box.y <= to.y && holds(to, box);
      box.group.style.display = caller || inside ? "" : "none";
      box.group.style.opacity = caller ? 0.6 : 1;
      if (caller) show(box, left, whole);
      else if (inside) show(box, left + (box.start - to.start) * scale, Math.max(box.weight * scale - 1, 0.5));
    }
  };
  for (const box of boxes) box.group.addEventListener("click", () => zoom(box));
  graph.querySelector("input").addEventListener("input", ({ target }) => {
    const part = target.value.trim().toLowerCase();
    const hits = [];
    for (const box of boxes) {
      const hit = part !== "" && box.name.toLowerCase().includes(part);
      box.rect.setAttribute("fill", hit ? "#CC79A7" : box.fill);
      if (hit && !hits.some((other) => holds(other, box))) hits.push(box); // callers come before callees
    }
    const weight = hits.reduce((sum, box) => sum + box.weight, 0);
    found.textContent = part === "" ? "" : (100 * weight / root.weight).toFixed(2) + " % of the weight, as far as boxes are drawn";
  });
}`;
