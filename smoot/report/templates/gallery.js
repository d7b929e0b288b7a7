// The maps of one data set, model, attribution and seed side by side; the value under the pointer in each of them.
function colours(image) {
  const canvas = document.createElement("canvas");
  canvas.width = image.naturalWidth;
  canvas.height = image.naturalHeight;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}

// A share of the map's peak, from −1 to 1: the paler, the nearer to 0.
function share(gallery, [red, green, blue]) {
  return red >= blue ? (255 - green) / (255 - gallery.dataset.red) : (red - 255) / (255 - gallery.dataset.blue);
}

function point(gallery, panel, place) {
  const width = Number(panel.style.getPropertyValue("--width")), height = Number(panel.style.getPropertyValue("--height"));
  panel.style.setProperty("--x", place.x);
  panel.style.setProperty("--y", place.image * height + place.y);
  panel.classList.add("pointing");
  for (const strip of all(".group:not([hidden]) .strip:not([hidden])", panel)) {
    const picture = strip.querySelector("img"), output = strip.querySelector("output");
    if (!picture.complete || !picture.naturalWidth) continue;
    const peak = Number(strip.dataset.peaks.split(" ")[place.image]);
    try {
      strip.pixels ??= colours(picture);
      const start = 4 * ((place.image * height + place.y) * width + place.x);
      const part = share(gallery, strip.pixels.slice(start, start + 3));
      output.textContent = (part * peak).toPrecision(2).replace(/-/g, "−");
    } catch {
      output.textContent = "";  // a file beside a page that was not served: the browser keeps its pixels to itself
    }
  }
}

function watch(gallery, panel) {
  const [width, height, count] = ["--width", "--height", "--count"].map(name => Number(panel.style.getPropertyValue(name)));
  const within = (value, size) => Math.min(size - 1, Math.max(0, Math.floor(value)));
  let place = { image: 0, x: within(width / 2, width), y: within(height / 2, height) };
  const move = next => { place = next; point(gallery, panel, place); };
  for (const frame of all(".window", panel)) {
    frame.addEventListener("pointermove", event => {
      const box = frame.querySelector("img").getBoundingClientRect();
      const row = within((event.clientY - box.top) / box.height * height * count, height * count);
      move({ image: Math.floor(row / height), y: row % height, x: within((event.clientX - box.left) / box.width * width, width) });
    });
    frame.addEventListener("focus", () => move({ ...place, image: gallery.image ?? place.image }));
    frame.addEventListener("keydown", event => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (!step) return;
      event.preventDefault();
      move({ ...place, x: within(place.x + step[0], width), y: within(place.y + step[1], height) });
    });
  }
  panel.addEventListener("pointerleave", () => panel.classList.remove("pointing"));
}

for (const gallery of all(".gallery")) {
  const panels = all(".panel", gallery);
  panels.forEach(panel => watch(gallery, panel));
  applied.push(query => {
    const choice = title => choices.elements[`maps-${title}`];
    const value = title => choice(title)?.selectedOptions[0].value;
    const image = value("image") ?? "all", methods = query.getAll("method");
    gallery.image = image === "all" ? null : Number(image) - 1;
    gallery.classList.toggle("one", image !== "all");
    gallery.style.setProperty("--first", gallery.image ?? 0);
    for (const panel of panels) {
      panel.hidden = choice("data-set") && panel.dataset.panel !== value("data-set");
      all(".labels li", panel).forEach((label, number) => { label.hidden = gallery.image !== null && gallery.image !== number; });
      for (const group of all(".group", panel)) {
        group.hidden = ["model", "attribution", "seed"].some(part => choice(part) && group.dataset[part] !== value(part));
        for (const strip of all(".strip", group)) strip.hidden = methods.length > 0 && !methods.includes(strip.dataset.method);
      }
    }
  });
}
