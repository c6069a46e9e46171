// Looks at a page as a reader does: appended to a copy of it by Tests/pages.sh, which reads what it leaves in the document.
(function () {
  'use strict';
  var root = document.documentElement;
  var problems = [];

  function name(text) { return '"' + text.textContent.slice(0, 40) + '"'; }

  function isSeen(element) {
    for (var own = element; own && own.tagName !== 'svg'; own = own.parentElement) {
      if (own.getAttribute('opacity') === '0' || getComputedStyle(own).opacity === '0') { return false; }
    }
    return element.textContent.trim() !== '';
  }

  function figure(own) {
    var title = own.id;
    var place = own.querySelector('.view').getBoundingClientRect();
    var drawing = own.querySelector('svg');
    if (!drawing) { problems.push(title + ': nothing drawn'); return; }
    var frame = drawing.getBoundingClientRect();
    if (frame.height < 60) { problems.push(title + ': no height'); }
    if (frame.right > place.right + 1) { problems.push(title + ': wider than its place'); }
    var texts = Array.prototype.filter.call(drawing.querySelectorAll('text'), isSeen);
    var boxes = texts.map(function (text) { return text.getBoundingClientRect(); });
    texts.forEach(function (text, index) {
      var box = boxes[index];
      if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1) {
        problems.push(title + ': ' + name(text) + ' is cut off');
      }
      for (var other = 0; other < index; other++) {
        var b = boxes[other];
        // Line heights touch; letters must not.
        var wide = Math.min(box.right, b.right) - Math.max(box.left, b.left);
        var high = Math.min(box.bottom, b.bottom) - Math.max(box.top, b.top);
        if (wide > 1 && high > 4) { problems.push(title + ': ' + name(text) + ' lies on ' + name(texts[other])); }
      }
    });
    if (!drawing.querySelector('.mark-line path, .mark-symbol path, .mark-rect path, .mark-area path')) {
      problems.push(title + ': no marks');
    }
  }

  // A letter that the font lacks looks as one that no font has.
  function letters() {
    var canvas = document.createElement('canvas');
    canvas.width = canvas.height = 24;
    var context = canvas.getContext('2d', { willReadFrequently: true });
    context.font = '16px ' + getComputedStyle(document.body).fontFamily;
    function picture(letter) {
      context.clearRect(0, 0, 24, 24);
      context.fillText(letter, 2, 18);
      return Array.prototype.join.call(context.getImageData(0, 0, 24, 24).data, '');
    }
    var missing = picture('\u{10FFFE}');
    var copy = document.body.cloneNode(true);
    copy.querySelectorAll('script').forEach(function (own) { own.remove(); });
    new Set(copy.textContent).forEach(function (letter) {
      if (letter.trim() !== '' && picture(letter) === missing) { problems.push('no glyph for ' + letter); }
    });
  }

  function look() {
    if (root.dataset.figures === undefined) { window.setTimeout(look, 50); return; }
    document.querySelectorAll('figure').forEach(figure);
    if (root.dataset.figures !== String(document.querySelectorAll('figure').length)) { problems.push('figures are missing'); }
    if (root.scrollWidth > window.innerWidth + 1) { problems.push('the page is wider than the window'); }
    letters();
    hover(function () { root.dataset.problems = problems.join(' | ') || 'none'; });
  }

  // Numbers are told where the pointer is, and a drag zooms.
  function hover(done) {
    var own = Array.prototype.filter.call(document.querySelectorAll('figure'), function (figure) {
      return figure.querySelector('script').textContent.indexOf('"name":"near"') >= 0;
    })[0];
    var plot = own && own.querySelector('path[fill="transparent"]');
    var box = plot && plot.getBoundingClientRect();
    if (!plot) { done(); return; }
    var x = box.left + 0.3 * box.width, y = box.top + 0.5 * box.height;
    function send(kind, target, across) {
      target.dispatchEvent(new MouseEvent(kind, { bubbles: true, clientX: x + across, clientY: y, view: window }));
    }
    function labels() {
      return Array.prototype.map.call(own.querySelectorAll('text'), function (text) { return text.textContent; }).join();
    }
    var before = labels();
    send('mousemove', plot, 0);
    window.setTimeout(function () {
      send('mousemove', plot, 1);
      window.setTimeout(function () {
        var tip = document.getElementById('tip');
        if (tip.hidden || !/\d/.test(tip.textContent)) { problems.push(own.id + ': nothing told under the pointer'); }
        send('mousedown', plot, 0);
        send('mousemove', window, 0.4 * box.width);
        send('mouseup', window, 0.4 * box.width);
        window.setTimeout(function () {
          if (labels() === before) { problems.push(own.id + ': a drag does not zoom'); }
          done();
        }, 200);
      }, 200);
    }, 200);
  }
  look();
})();
