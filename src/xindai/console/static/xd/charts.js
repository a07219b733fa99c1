// Charts: one function per kind of question. Data arrive in JSON script elements written by the server, colours come
// from the design tokens, and every chart has its table beside it, which is the way in for keyboards and readers.

"use strict";

const SYMBOLS = ["circle", "rect", "triangle", "diamond", "emptyCircle"];
const DASHES = ["solid", "dashed", "dotted", [8, 3, 2, 3], [2, 2]];

// The browser resolves a token for the current scheme; a probe element asks it.
function tokenReader() {
  const probe = document.createElement("span");
  probe.hidden = true;
  document.body.append(probe);
  return {
    read(name) {
      probe.style.color = `var(--xd-${name})`;
      return getComputedStyle(probe).color;
    },
    done() {
      probe.remove();
    },
  };
}

function readTheme() {
  const tokens = tokenReader();
  const names = ["ink", "muted", "line", "surface", "on-class-2", "on-class-3", "good", "info", "danger", "watch", "field-line"];
  const numbered = (stem, from, to) => {
    for (let i = from; i <= to; i += 1) {
      names.push(`${stem}-${i}`);
    }
  };
  numbered("class", 1, 5);
  numbered("series", 1, 5);
  numbered("heat", 0, 3);
  const theme = Object.fromEntries(names.map((name) => [name, tokens.read(name)]));
  tokens.done();
  theme.font = getComputedStyle(document.body).fontFamily;
  return theme;
}

function common(theme) {
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: theme.font, color: theme.ink, fontSize: 12 },
    // Rich text draws the tooltip in SVG: markup with style attributes is refused by the page's security policy.
    tooltip: { trigger: "item", confine: true, renderMode: "richText", backgroundColor: theme.surface, borderColor: theme["field-line"], textStyle: { color: theme.ink, fontFamily: theme.font } },
  };
}

// Below these widths, in pixels, there is no room for words beside what is drawn.
const NARROW = 620;
const SMALL = 420;

function axisText(theme) {
  return { axisLabel: { color: theme.muted, fontSize: 12 }, axisLine: { show: false }, axisTick: { show: false } };
}

// Severity patterns that survive grey print: doubtful diagonal, loss dots.
function pattern(theme, key) {
  if (key === "class-4") {
    return { symbol: "rect", rotation: -Math.PI / 4, dashArrayX: [1, 0], dashArrayY: [2, 4], color: theme.surface };
  }
  if (key === "class-5") {
    return { symbol: "circle", symbolSize: 0.5, dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], color: theme.surface };
  }
  return { symbol: "none" };
}

const PATTERNED = ["class-4", "class-5"];

function labelColour(theme, key) {
  return key.startsWith("series-") ? theme.surface : (theme[`on-${key}`] ?? theme.ink);
}

// How bad is each group: stacked bars from zero, with a note written at the end of each bar.
function stackOption(data, theme, width) {
  const last = data.series.length - 1;
  // Where it is narrow the note of a bar stands under its name.
  const isNarrow = width < SMALL;
  const names = data.categories.map((name, index) => (isNarrow && data.notes ? `${name}\n${data.notes[index]}` : name));
  const room = isNarrow ? { width: 124, overflow: "break", lineHeight: 14 } : {};
  const series = data.series.map((one) => ({
    name: one.name,
    type: "bar",
    stack: "all",
    barMaxWidth: 20,
    itemStyle: { color: theme[one.colour], decal: pattern(theme, one.colour), borderColor: theme.surface, borderWidth: 1 },
    label: { show: !isNarrow && !PATTERNED.includes(one.colour), color: labelColour(theme, one.colour), fontSize: 12, formatter: (p) => (p.data.value >= Number(data.labelFrom) ? p.data.text : "") },
    tooltip: { formatter: (p) => `${p.name}\n${p.seriesName}: ${p.data.text}` },
    data: one.points.map((point) => ({ value: Number(point.value), text: point.text, href: point.href })),
  }));
  if (data.notes && last >= 0 && !isNarrow) {
    series.push({
      name: "",
      type: "bar",
      stack: "all",
      silent: true,
      itemStyle: { color: "transparent" },
      label: { show: true, position: "right", color: theme.ink, fontSize: 12, formatter: (p) => data.notes[p.dataIndex] },
      data: data.categories.map(() => 0),
    });
  }
  return {
    ...common(theme),
    legend: { top: 0, left: 0, icon: "rect", itemWidth: 12, itemHeight: 12, selectedMode: false, textStyle: { color: theme.ink }, data: data.series.map((one) => one.name) },
    grid: { top: isNarrow ? 56 : 36, left: 8, right: data.notes && !isNarrow ? 96 : 24, bottom: 8, containLabel: true },
    xAxis: { type: "value", splitNumber: isNarrow ? 2 : 5, ...axisText(theme), splitLine: { lineStyle: { color: theme.line } } },
    yAxis: { type: "category", inverse: true, data: names, ...axisText(theme), axisLabel: { color: theme.muted, fontSize: 12, interval: 0, ...room } },
    series,
  };
}

// What is paid when: columns of parts on top of each other, as many as there are payments.
function columnsOption(data, theme) {
  return {
    ...common(theme),
    tooltip: { ...common(theme).tooltip, trigger: "axis", axisPointer: { type: "shadow" }, formatter: (all) => [all[0].name, ...all.map((p) => `${p.seriesName}: ${p.data.text}`)].join("\n") },
    legend: { top: 0, left: 0, icon: "rect", itemWidth: 12, itemHeight: 12, selectedMode: false, textStyle: { color: theme.ink }, data: data.series.map((one) => one.name) },
    grid: { top: 36, left: 8, right: 8, bottom: 8, containLabel: true },
    xAxis: { type: "category", data: data.categories, ...axisText(theme) },
    yAxis: { type: "value", ...axisText(theme), splitLine: { lineStyle: { color: theme.line } } },
    series: data.series.map((one) => ({
      name: one.name,
      type: "bar",
      stack: "all",
      barMaxWidth: 24,
      barCategoryGap: "20%",
      itemStyle: { color: theme[one.colour] },
      data: one.points.map((point) => ({ value: Number(point.value), text: point.text, href: point.href })),
    })),
  };
}

// How did it move: lines with their names at the end, told apart by colour, dash and symbol.  Where there is no room for
// the names beside the lines, or where lines end at different places, they stand above them.
function linesOption(data, theme, width) {
  const drawn = data.series.slice(0, 5);
  const isNarrow = width < NARROW || drawn.some((one) => one.points.at(-1) === null);
  const legend = { top: 0, left: 0, right: 0, itemGap: 8, itemHeight: 10, selectedMode: false, textStyle: { color: theme.ink, fontSize: 12 }, data: drawn.map((one) => one.name) };
  const above = isNarrow ? 20 * Math.ceil(drawn.length / Math.max(1, Math.floor(width / 130))) + 20 : 16;
  return {
    ...common(theme),
    ...(isNarrow ? { legend } : {}),
    grid: { top: above, left: 8, right: isNarrow ? 12 : 112, bottom: data.axis ? 36 : 20, containLabel: true },
    xAxis: { type: "category", data: data.categories, boundaryGap: false, name: data.axis, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: theme.muted }, ...axisText(theme) },
    yAxis: { type: "value", min: 0, ...axisText(theme), splitLine: { lineStyle: { color: theme.line } } },
    series: drawn.map((one, index) => ({
      name: one.name,
      type: "line",
      symbol: SYMBOLS[index],
      symbolSize: 6,
      showSymbol: data.categories.length <= 30,
      itemStyle: { color: theme[`series-${index + 1}`] },
      lineStyle: { color: theme[`series-${index + 1}`], width: one.emphasised ? 3 : 2, type: DASHES[index] },
      endLabel: { show: !isNarrow, color: theme.ink, fontSize: 12, formatter: one.name },
      labelLayout: { moveOverlap: "shiftY" },
      tooltip: { formatter: (p) => `${one.name}, ${p.name}\n${p.data.text}` },
      data: one.points.map((point) => (point === null ? null : { value: Number(point.value), text: point.text, href: point.href })),
    })),
  };
}

// What is left, day by day: steps on a true axis of time, named above.
function stepsOption(data, theme) {
  return {
    ...common(theme),
    legend: { top: 0, left: 0, selectedMode: false, textStyle: { color: theme.ink }, data: data.series.map((one) => one.name) },
    grid: { top: 36, left: 8, right: 24, bottom: 8, containLabel: true },
    xAxis: { type: "time", ...axisText(theme), axisLabel: { color: theme.muted, fontSize: 12, hideOverlap: true, formatter: "{yyyy}-{MM}" } },
    yAxis: { type: "value", min: 0, ...axisText(theme), splitLine: { lineStyle: { color: theme.line } } },
    series: data.series.map((one, index) => ({
      name: one.name,
      type: "line",
      step: "end",
      symbol: SYMBOLS[index],
      symbolSize: 6,
      showSymbol: one.points.length <= 30,
      itemStyle: { color: theme[`series-${index + 1}`] },
      lineStyle: { color: theme[`series-${index + 1}`], width: 2, type: DASHES[index] },
      tooltip: { formatter: (p) => `${one.name}, ${p.data.day}\n${p.data.text}` },
      data: one.points.map((point) => ({ value: [point.on, Number(point.value)], day: point.day, text: point.text })),
    })),
  };
}

// Where does arrears move: rows are last month's bucket, columns this month's.
function heatOption(data, theme, width) {
  // Where cells are narrow whole per cent stand in them; the exact share is in the tooltip and in the table.
  const short = (p) => (p.data.value[2] > 0 ? (p.data.value[2] < 1 ? "<1" : String(Math.round(p.data.value[2]))) : p.data.text);
  const written = width < NARROW ? short : (p) => p.data.text;
  const cells = data.cells.map((cell) => ({ value: [cell.column, cell.row, Number(cell.value)], text: cell.text, amount: cell.amount, href: cell.href }));
  const kept = cells.filter((cell) => cell.value[0] === cell.value[1]);
  return {
    ...common(theme),
    grid: { top: 30, left: 8, right: 8, bottom: 8, containLabel: true },
    xAxis: { type: "category", position: "top", data: data.columns, ...axisText(theme) },
    yAxis: { type: "category", inverse: true, data: data.rows, ...axisText(theme) },
    visualMap: { show: false, min: 0, max: 100, dimension: 2, seriesIndex: 0, inRange: { color: [theme["heat-0"], theme["heat-1"], theme["heat-2"], theme["heat-3"]] } },
    series: [
      { type: "heatmap", data: cells, label: { show: true, color: theme.ink, fontSize: 12, formatter: written }, itemStyle: { borderColor: theme.surface, borderWidth: 1 }, tooltip: { formatter: (p) => `${data.rows[p.value[1]]} → ${data.columns[p.value[0]]}\n${p.data.text}${p.data.amount ? `\n${p.data.amount}` : ""}` } },
      { type: "heatmap", data: kept, silent: true, z: 5, label: { show: false }, itemStyle: { color: "transparent", borderColor: theme.ink, borderWidth: 2 } },
    ],
  };
}

const WAYS = { same: ["muted", 0.16], up: ["good", 0.75], down: ["danger", 0.75], new: ["info", 0.4] };
const SIGNS = { up: "▲ ", down: "▼ " };

// Who changed: neutral nodes, what stayed is faint, up and down carry a sign as well as a colour.
function sankeyOption(data, theme, width) {
  const isNarrow = width < SMALL;
  const side = isNarrow ? 84 : 120;
  const label = Object.fromEntries(data.nodes.map((node) => [node.name, node.label]));
  return {
    ...common(theme),
    series: [
      {
        type: "sankey",
        top: 8, bottom: 8, left: side, right: side,
        draggable: false,
        nodeGap: 16,
        layoutIterations: 0,
        emphasis: { focus: "none" },
        itemStyle: { color: theme["field-line"], borderWidth: 0 },
        tooltip: { formatter: (p) => (p.dataType === "edge" ? `${SIGNS[p.data.way] ?? ""}${label[p.data.source]} → ${label[p.data.target]}\n${p.data.text}` : label[p.name]) },
        data: data.nodes.map((node) => ({ name: node.name, depth: node.side, label: { position: node.side ? "right" : "left", color: theme.ink, fontSize: 12, formatter: node.label, ...(isNarrow ? { width: 76, overflow: "break" } : {}) } })),
        links: data.links.map((link) => ({ ...link, value: Number(link.value), lineStyle: { color: theme[WAYS[link.way][0]], opacity: WAYS[link.way][1], curveness: 0.5 } })),
      },
    ],
  };
}

const OPTIONS = { sankey: sankeyOption, stack: stackOption, columns: columnsOption, lines: linesOption, steps: stepsOption, heat: heatOption };

function draw(box) {
  const data = JSON.parse(document.getElementById(box.dataset.xdSource).textContent);
  window.echarts.getInstanceByDom(box)?.dispose();
  const chart = window.echarts.init(box, null, { renderer: "svg" });
  chart.setOption(OPTIONS[box.dataset.xdChart](data, readTheme(), box.clientWidth));
  chart.on("click", (event) => {
    if (event.data?.href) {
      window.location.assign(event.data.href);
    }
  });
  return chart;
}

function boxes(within = document) {
  return [...within.querySelectorAll("[data-xd-chart]")];
}

function drawWithin(within) {
  for (const box of boxes(within).filter((one) => !window.echarts.getInstanceByDom(one))) {
    draw(box);
    new ResizeObserver(() => window.echarts.getInstanceByDom(box)?.resize()).observe(box);
  }
}

// On paper every chart is light and stands with its table.
function forPaper() {
  const root = document.documentElement;
  const shut = [...document.querySelectorAll("[data-xd-table]:not([open])")];
  root.dataset.xdPaper = "";
  shut.forEach((one) => { one.open = true; });
  boxes().forEach(draw);
  window.addEventListener("afterprint", () => {
    delete root.dataset.xdPaper;
    shut.forEach((one) => { one.open = false; });
    boxes().forEach(draw);
  }, { once: true });
}

function openTables(button) {
  const tables = [...document.querySelectorAll("[data-xd-table]")];
  const opens = tables.some((one) => !one.open);
  tables.forEach((one) => { one.open = opens; });
  button.setAttribute("aria-pressed", String(opens));
}

document.addEventListener("DOMContentLoaded", () => {
  drawWithin(document);
  document.querySelectorAll("[data-xd-tables]").forEach((button) => button.addEventListener("click", () => openTables(button)));
  document.addEventListener("htmx:load", (event) => drawWithin(event.detail.elt));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => boxes().forEach(draw));
  window.addEventListener("beforeprint", forPaper);
});
