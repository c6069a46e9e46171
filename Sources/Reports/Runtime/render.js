// Draws specifications without a browser: node render.js FIGURE.vg.json FIGURE.svg ...
'use strict';
const fs = require('fs');
const path = require('path');
const vm = require('vm');

vm.runInThisContext(fs.readFileSync(path.join(__dirname, 'vega.js'), 'utf8'));
/* global vega */

// Widths of letters without a canvas: those of Helvetica's metrics, in thousandths of the size; 556 for what is not named.
// Whoever shows the file may have a wider font, DejaVu for one, hence the room.
const narrow = {
  ' ': 278, '!': 278, '\'': 191, '(': 333, ')': 333, ',': 278, '-': 333, '.': 278, '/': 278, ':': 278, ';': 278, I: 278,
  '[': 278, ']': 278, f: 278, i: 222, j: 222, l: 222, r: 333, t: 278, '|': 260, J: 500, c: 500, k: 500, s: 500, v: 500,
  x: 500, y: 500, z: 500, m: 833, w: 722, M: 833, W: 944, '%': 889, '@': 1015,
  A: 667, B: 667, C: 722, D: 722, E: 667, F: 611, G: 778, H: 722, K: 667, N: 722, O: 778, P: 667, Q: 778, R: 722, S: 667,
  T: 611, U: 722, V: 667, X: 667, Y: 667, Z: 611, '+': 584, '=': 584, '<': 584, '>': 584, '−': 584, 'Ω': 768, '×': 584
};
vega.textMetrics.width = function (item, text) {
  const words = text == null ? '' : String(text);
  let sum = 0;
  for (const letter of words) { sum += narrow[letter] || 556; }
  return 1.18 * sum * (item.fontSize || 11) / 1000;
};

async function main(files) {
  for (let at = 0; at + 1 < files.length; at += 2) {
    const specification = JSON.parse(fs.readFileSync(files[at], 'utf8'));
    // Without a canvas Vega cuts labels by a guess that is half as wide again as the letters.
    for (const signal of specification.signals) {
      if (signal.name === 'label_room') { signal.value *= 1.5; }
    }
    const view = new vega.View(vega.parse(specification), { renderer: 'none', logLevel: 0 });
    await view.runAsync();
    // A legend may need another row once labels have taken their room.
    await view.resize().runAsync();
    fs.writeFileSync(files[at + 1], await view.toSVG());
    view.finalize();
  }
}

main(process.argv.slice(2)).catch(function (error) {
  process.stderr.write(String(error && error.message || error) + '\n');
  process.exit(1);
});
