(function () {
  'use strict';
  var root = document.documentElement;
  var tip = document.getElementById('tip');
  var button = document.getElementById('theme');
  var dark = window.matchMedia('(prefers-color-scheme: dark)');

  function isDark() { return (root.dataset.theme || (dark.matches ? 'dark' : 'light')) === 'dark'; }
  function label() { button.textContent = isDark() ? 'Light' : 'Dark'; }
  button.hidden = false;
  button.addEventListener('click', function () { root.dataset.theme = isDark() ? 'light' : 'dark'; label(); });
  dark.addEventListener('change', label);
  label();

  document.querySelectorAll('.copy button').forEach(function (button) {
    var text = button.parentElement.querySelector('pre');
    button.hidden = false;
    button.addEventListener('click', function () {
      var range = document.createRange();
      range.selectNodeContents(text);
      var selection = window.getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      // A page opened from a file may have no clipboard of its own.
      if (document.execCommand('copy')) { button.textContent = 'Copied'; selection.removeAllRanges(); }
    });
  });
  // What is folded is printed too.
  window.addEventListener('beforeprint', function () {
    document.querySelectorAll('details').forEach(function (part) { part.open = true; });
  });

  if (typeof vega === 'undefined') { root.dataset.figures = '0'; return; }

  // Words only: what a name holds is never taken for markup.
  function tooltip(handler, event, item, value) {
    if (value == null || value === '') { tip.hidden = true; return; }
    tip.textContent = String(value);
    tip.hidden = false;
    var x = event.clientX + 14, y = event.clientY + 14;
    if (x + tip.offsetWidth > window.innerWidth - 8) { x = event.clientX - tip.offsetWidth - 10; }
    if (y + tip.offsetHeight > window.innerHeight - 8) { y = event.clientY - tip.offsetHeight - 10; }
    tip.style.left = Math.max(4, x) + 'px';
    tip.style.top = Math.max(4, y) + 'px';
  }

  var views = [];
  document.querySelectorAll('figure').forEach(function (figure) {
    var place = figure.querySelector('.view');
    var specification = JSON.parse(figure.querySelector('script').textContent);
    specification.width = Math.max(240, place.clientWidth);
    specification.signals.forEach(function (signal) {
      if (signal.name === 'label_room') { signal.value = Math.min(signal.value, 0.42 * specification.width); }
    });
    var view = new vega.View(vega.parse(specification), { renderer: 'svg', container: place, hover: false, tooltip: tooltip });
    views.push({ view: view, place: place, width: specification.width });
  });
  // A legend may need another row once labels have taken their room: laid out again, the plot moves below it.
  function draw(view) { return view.runAsync().then(function () { return view.resize().runAsync(); }); }
  var runs = views.map(function (own) { return draw(own.view); });
  Promise.all(runs).then(function () { root.dataset.figures = String(views.length); });

  var waiting = 0;
  window.addEventListener('resize', function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () {
      views.forEach(function (own) {
        var width = Math.max(240, own.place.clientWidth);
        if (width === own.width) { return; }
        own.width = width;
        draw(own.view.width(width));
      });
    }, 120);
  });
})();
