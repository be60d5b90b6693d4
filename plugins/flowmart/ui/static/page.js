// Draws the figures that the server built, and sends the filters as soon as one changes.
"use strict";

document.documentElement.classList.add("scripted");

// A text such as "--done" names a CSS variable, so that charts follow the theme.
function themed(value, style) {
  if (typeof value === "string" && value.startsWith("--")) {
    return style.getPropertyValue(value).trim();
  }
  if (Array.isArray(value)) {
    return value.map((item) => themed(item, style));
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, themed(item, style)]));
  }
  return value;
}

function draw() {
  const figures = JSON.parse(document.getElementById("figures")?.textContent ?? "{}");
  const style = getComputedStyle(document.documentElement);
  for (const element of document.querySelectorAll("[data-figure]")) {
    const { data, layout } = themed(figures[element.dataset.figure], style);
    Plotly.react(element, data, layout, { displayModeBar: false, responsive: true });
  }
}

for (const select of document.querySelectorAll(".filters select")) {
  select.addEventListener("change", () => {
    for (const other of select.form.elements) {
      other.disabled ||= other.value === "";
    }
    select.form.submit();
  });
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
