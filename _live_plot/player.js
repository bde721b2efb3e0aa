function (root, spec, mode) {
  // Plain JavaScript in the page. Everything but the still picture is made by the script, so that a
  // page without scripts shows no dead controls. mode: at ("start" or "end"), and hidden (by number of the
  // path) and speed as an earlier player left them.
  if (!root) return null;
  mode = mode || {};
  var W = spec.size[0], H = spec.size[1], ratio = Math.max(2, window.devicePixelRatio || 1);
  var last = Math.max.apply(null, [0].concat(spec.tracks.map(function (t) { return t.places.length - 1; })));
  var paths = spec.tracks.filter(function (t) { return t.words; });
  var still = root.querySelector('img');
  if (last < 1 && still) return null;
  var calm = window.matchMedia && window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  var at = calm || mode.at === 'end' ? last : 0, playing = false, speed = mode.speed || 1, then = 0, carry = 0;
  var dark = '#1a1a1a', hidden = mode.hidden || {};

  function make(tag, style, attributes) {
    var element = document.createElement(tag);
    element.style.cssText = style;
    for (var name in attributes) element.setAttribute(name, attributes[name]);
    return element;
  }
  var box = make('div', 'background:#fff;color:' + dark);
  var canvas = make('canvas', 'width:100%;display:block', {role: 'img', 'aria-label': spec.alt});
  canvas.width = W * ratio;
  canvas.height = H * ratio;
  var pen = canvas.getContext('2d'), picture = new Image();
  var bar = make('div', 'display:flex;gap:6px;align-items:center;padding:4px;flex-wrap:wrap;font:13px sans-serif');
  var key = make('div', 'display:flex;gap:6px;padding:0 4px 4px;flex-wrap:wrap', {role: 'group', 'aria-label': 'paths'});
  var say = make('div', 'font:13px monospace;padding:0 4px 4px;white-space:pre-wrap', {'aria-live': 'off'});
  var look = 'min-height:28px;min-width:28px;color:' + dark + ';background:#eee;border:1px solid #777;' +
    'border-radius:3px;font:13px sans-serif;cursor:pointer';

  function button(text, label, act) {
    var b = make('button', look, {type: 'button', 'aria-label': label});
    b.textContent = text;
    b.onclick = act;
    bar.appendChild(b);
    return b;
  }
  var play = button('Play', 'play', function () { playing ? pause() : start(); });
  button('Back', 'one step back', function () { pause(); go(at - 1); });
  button('Step', 'one step on', function () { pause(); go(at + 1); });
  var slide = make('input', 'flex:1 1 120px;min-height:28px;accent-color:#0072B2',
    {type: 'range', min: 0, max: last, step: 1, 'aria-label': 'step'});
  slide.oninput = function () { pause(); go(+slide.value); };
  bar.appendChild(slide);
  var pace = make('select', look, {'aria-label': 'speed'});
  [[0.25, '1/4 x'], [1, '1 x'], [4, '4 x'], [16, '16 x']].forEach(function (choice) {
    var option = make('option', 'color:' + dark + ';background:#fff', {value: choice[0]});
    option.textContent = choice[1];
    pace.appendChild(option);
  });
  pace.value = String(speed);
  pace.onchange = function () { speed = +pace.value; };
  bar.appendChild(pace);

  function chip(track) {
    var b = make('button', look + ';display:flex;gap:4px;align-items:center;background:#fff', {
      type: 'button', 'aria-pressed': 'true', title: 'show or hide this path'});
    var swatch = make('canvas', 'width:36px;height:14px', {'aria-hidden': 'true'});
    swatch.width = 72;
    swatch.height = 28;
    var other = swatch.getContext('2d');
    other.scale(2, 2);
    line(other, [[0, 7], [36, 7]], track.colour, 2, track.dash);
    shape(other, track.marker, 18, 7, 5, track.colour);
    b.appendChild(swatch);
    b.appendChild(document.createTextNode(track.label));
    function tell() {
      b.setAttribute('aria-pressed', String(!hidden[track.owner]));
      b.style.opacity = hidden[track.owner] ? 0.4 : 1;
    }
    b.onclick = function () {
      hidden[track.owner] = !hidden[track.owner];
      tell();
      draw();
    };
    tell();
    key.appendChild(b);
  }

  function label(text) {
    play.textContent = text;
    play.setAttribute('aria-label', text.toLowerCase());
    say.setAttribute('aria-live', text === 'Play' ? 'polite' : 'off');
  }
  function start() {
    if (at >= last) at = 0;
    playing = true;
    then = 0;
    label('Pause');
    requestAnimationFrame(tick);
  }
  function pause() {
    playing = false;
    label('Play');
  }
  function tick(now) {
    if (!playing || !canvas.isConnected) return;
    if (then) carry += (now - then) * speed / spec.delta;
    then = now;
    var steps = Math.floor(carry);
    carry -= steps;
    if (steps > 0) go(at + steps);
    if (at >= last) pause();
    else requestAnimationFrame(tick);
  }
  function go(k) {
    at = Math.max(0, Math.min(last, k));
    draw();
  }

  function line(where, points, colour, width, dash) {
    var down = false;
    where.strokeStyle = colour;
    where.lineWidth = width;
    where.setLineDash(dash);
    where.beginPath();
    points.forEach(function (p) {
      if (!p) down = false;
      else if (down) where.lineTo(p[0], p[1]);
      else { where.moveTo(p[0], p[1]); down = true; }
    });
    where.stroke();
    where.setLineDash([]);
  }
  function shape(where, kind, x, y, r, colour) {
    var corners = {s: 4, '^': 3, v: 3, D: 4}[kind];
    var turn = {s: Math.PI / 4, '^': -Math.PI / 2, v: Math.PI / 2, D: 0}[kind];
    where.fillStyle = where.strokeStyle = colour;
    where.beginPath();
    if (corners) {
      for (var i = 0; i < corners; i++) {
        var angle = turn + 2 * Math.PI * i / corners;
        where.lineTo(x + 1.2 * r * Math.cos(angle), y + 1.2 * r * Math.sin(angle));
      }
      where.closePath();
      where.fill();
    } else if (kind === 'P' || kind === 'X') {
      var a = kind === 'P' ? [[1, 0], [0, 1]] : [[0.75, 0.75], [0.75, -0.75]];
      where.lineWidth = Math.max(1.5, r * 0.7);
      a.forEach(function (d) {
        where.moveTo(x - r * d[0], y - r * d[1]);
        where.lineTo(x + r * d[0], y + r * d[1]);
      });
      where.stroke();
    } else {
      where.arc(x, y, r, 0, 7);
      where.fill();
    }
  }
  function clipped(frame, act) {
    pen.save();
    pen.beginPath();
    pen.rect(frame[0] * W, frame[1] * H, (frame[2] - frame[0]) * W, (frame[3] - frame[1]) * H);
    pen.clip();
    act();
    pen.restore();
  }
  function arrow(frame, p, colour) {
    // A path that has left the picture: an arrow at the edge, towards where it is.
    var cx = (frame[0] + frame[2]) / 2 * W, cy = (frame[1] + frame[3]) / 2 * H;
    var x = Math.max(frame[0] * W + 9, Math.min(frame[2] * W - 9, p[0] * W));
    var y = Math.max(frame[1] * H + 9, Math.min(frame[3] * H - 9, p[1] * H));
    var angle = Math.atan2(p[1] * H - cy, p[0] * W - cx);
    pen.save();
    pen.translate(x, y);
    pen.rotate(angle);
    pen.beginPath();
    [[9, 0], [-7, 7], [-7, -7]].forEach(function (c) { pen.lineTo(c[0], c[1]); });
    pen.closePath();
    pen.fillStyle = colour;
    pen.strokeStyle = '#fff';
    pen.lineWidth = 2;
    pen.stroke();
    pen.fill();
    pen.restore();
  }
  function within(frame, p) {
    return p[0] >= frame[0] - 0.001 && p[0] <= frame[2] + 0.001 && p[1] >= frame[1] - 0.001 && p[1] <= frame[3] + 0.001;
  }
  function pixels(p) { return p && [p[0] * W, p[1] * H]; }

  function drawTrack(t) {
    if (hidden[t.owner]) return null;
    var n = Math.min(at, t.places.length - 1), trail = t.places.slice(0, n + 1).map(pixels);
    var seen = trail.filter(Boolean), now = seen[seen.length - 1], big = t.words ? 7 : 4;
    clipped(t.frame, function () {
      line(pen, trail, '#fff', 4, []);
      line(pen, trail, t.colour, 2, t.dash);
      var s = t.strokes && t.strokes[n];
      if (s) line(pen, [pixels([s[0], s[1]]), pixels([s[2], s[3]])], '#000', 1.5, []);
      if (seen.length < 200) seen.forEach(function (p) { shape(pen, t.marker, p[0], p[1], 2.5, t.colour); });
    });
    if (now && within(t.frame, [now[0] / W, now[1] / H])) {
      shape(pen, t.marker, now[0], now[1], big + 2, '#fff');
      shape(pen, t.marker, now[0], now[1], big, t.colour);
      if (seen.length < trail.length && t.words) shape(pen, 'X', now[0], now[1], big, '#000');
    } else if (now && t.words) arrow(t.frame, [now[0] / W, now[1] / H], t.colour);
    if (!t.words) return null;
    var words = n < 0 ? 'no steps recorded' : 'step ' + t.steps[n] + ': ' + t.words[n];
    return (paths.length > 1 ? t.label + ', ' : '') + words;
  }
  function draw() {
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.lineJoin = 'round';
    pen.drawImage(picture, 0, 0, W, H);
    var text = spec.tracks.map(drawTrack).filter(Boolean);
    if (spec.note) text.push(spec.note);
    say.textContent = text.join('\n');
    slide.value = at;
    slide.setAttribute('aria-valuetext', text.join('; '));
  }
  box.addEventListener('keydown', function (event) {
    var keys = {ArrowRight: 1, ArrowLeft: -1, Home: -last, End: last};
    if (!canvas.isConnected || event.defaultPrevented || event.target === pace) return;
    if (event.target.tagName === 'INPUT' && event.target !== slide) return;
    if (event.key === ' ' && event.target.tagName !== 'BUTTON') { playing ? pause() : start(); }
    else if (event.key in keys) { pause(); go(at + keys[event.key]); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  picture.onload = function () {
    if (still) still.style.display = 'none';
    if (mode.replace) root.replaceChildren();
    [canvas, bar].concat(paths.length > 1 ? [key] : [], [say]).forEach(function (part) { box.appendChild(part); });
    if (paths.length > 1) paths.forEach(chip);
    root.appendChild(box);
    draw();
    if (!calm && mode.at !== 'end' && last > 0) start();
  };
  picture.src = spec.background;
  return {box: box, canvas: canvas, left: function () { return {hidden: hidden, speed: speed}; }};
}
