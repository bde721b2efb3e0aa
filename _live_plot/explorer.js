function make(tag, style, attributes, text) {
  const element = document.createElement(tag);
  element.style.cssText = style;
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  if (text) element.textContent = text;
  return element;
}

function render({ model, el }) {
  const first = model.get("view");
  const names = first.start.length === 1 ? ["x"] : ["x1", "x2"];
  const root = make("div", `max-width:${first.spec.size[0]}px;background:#fff;color:#1a1a1a;font:13px sans-serif`, {
    role: "group", "aria-label": "choose a start, a rate and a momentum", "data-lm-suppress-shortcuts": "true" });
  const bar = make("div", "display:flex;gap:10px;padding:4px;flex-wrap:wrap;align-items:center", {});
  const hint = make("div", "padding:0 4px 4px", {}, "Click the picture to start there, or focus it and use the arrow keys.");
  const problems = make("div", "padding:0 4px 4px;white-space:pre-wrap;font-weight:bold", { role: "status" });
  const stage = make("div", "", {});
  root.append(bar, hint, stage, problems);
  el.appendChild(root);

  // One question at a time: while the kernel computes, only the latest wish is kept.
  let number = first.number, busy = false, wish = null, current = null;
  function ask(change) {
    wish = { ...(wish || {}), ...change };
    if (busy) return;
    busy = true;
    model.set("chosen", { ...wish, number: ++number });
    wish = null;
    model.save_changes();
  }
  function field(label, control) {
    const box = make("label", "display:flex;gap:4px;align-items:center", {}, label);
    box.appendChild(control);
    bar.appendChild(box);
    return control;
  }
  const look = "color:#1a1a1a;background:#fff;border:1px solid #777;border-radius:3px;min-height:26px;width:80px";
  const places = names.map((name, i) => {
    const box = field(name, make("input", look, { type: "number", step: "any", "aria-label": `start, ${name}` }));
    box.onchange = () => { if (box.value !== "" && isFinite(+box.value)) ask({ start: places.map((one) => +one.value) }); };
    box.onkeydown = (event) => {  // a notebook would take the key for itself
      if (event.key === "Enter") box.onchange();
      event.stopPropagation();
    };
    return box;
  });
  const STOPS = 200;
  function slider(label, value, set, read) {
    const control = field(label, make("input", "accent-color:#0072B2;width:140px", {
      type: "range", min: 0, max: STOPS, step: 1, "aria-label": label }));
    const shown = make("output", "min-width:56px;font:13px monospace", {});
    control.parentElement.appendChild(shown);
    control.onkeydown = (event) => event.stopPropagation();  // a notebook would take the arrow keys for itself
    control.oninput = () => { tell(set(+control.value / STOPS)); ask(read(set(+control.value / STOPS))); };
    function tell(number) {
      shown.textContent = number.toPrecision(3);
      control.setAttribute("aria-valuetext", number.toPrecision(3));
    }
    return (number) => {
      if (number !== null) { control.value = Math.round(STOPS * value(number)); tell(number); return; }
      control.value = 0;  // nobody has moved it: each optimizer has its own
      shown.textContent = "its own";
      control.setAttribute("aria-valuetext", "each optimizer has its own");
    };
  }
  const [slow, fast] = first.rates.map(Math.log);
  const [least, most] = first.memories;
  const showRate = slider("rate", (v) => (Math.log(v) - slow) / (fast - slow),
    (share) => Math.exp(slow + share * (fast - slow)), (lr) => ({ lr }));
  const showMemory = slider("momentum", (v) => (v - least) / (most - least),
    (share) => least + share * (most - least), (momentum) => ({ momentum }));

  function place(event, spec) {
    const box = current.canvas.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    const [left, top, right, bottom] = spec.tracks[0].frame;
    const share = [(at[0] - left) / (right - left), (bottom - at[1]) / (bottom - top)];
    if (share.some((one) => one < 0 || one > 1)) return null;
    return first.start.map((_, i) => spec.axes[i][0] + share[i] * (spec.axes[i][1] - spec.axes[i][0]));
  }
  let replay = true;
  function show() {
    const view = model.get("view");
    view.start.forEach((value, i) => { if (document.activeElement !== places[i]) places[i].value = +value.toPrecision(5); });
    showRate(view.lr);
    showMemory(view.momentum);
    problems.textContent = view.problems.join("\n");
    const focused = current && document.activeElement === current.canvas;
    current = player(stage, view.spec, { ...(current && current.left()), at: replay ? "start" : "end", replace: true });
    const canvas = current.canvas;
    canvas.tabIndex = 0;
    canvas.style.cursor = "crosshair";
    canvas.onclick = (event) => {
      const start = place(event, view.spec);
      if (start) { replay = true; ask({ start }); }
    };
    canvas.onkeydown = (event) => {
      const turn = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }[event.key];
      if (!turn || turn[0] >= view.start.length) return;
      const [low, high] = view.ranges[turn[0]];
      const start = [...((wish && wish.start) || view.start)];
      start[turn[0]] += turn[1] * (high - low) / (event.shiftKey ? 200 : 40);
      replay = false;
      ask({ start });
      event.preventDefault();
      event.stopPropagation();
    };
    if (focused) requestAnimationFrame(() => requestAnimationFrame(() => canvas.focus()));
    busy = false;
    replay = false;
    if (wish) ask({});
  }
  model.on("change:view", show);
  show();
  return () => model.off("change:view", show);
}
export default { render };
