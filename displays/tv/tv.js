// The TV of a zone, or of several: follows its topic, shows calls at once, flashes and speaks each in its slot by the
// server's time, says so to the server, never needs a hand. The last of the TV's classic scripts: it starts the others.
(function (tv) {
  "use strict";

  const { safely } = tv;
  const AGAIN = 60000; // a TV loads itself anew at most so often
  let [tone, newer] = [null, false];

  // How this device is, told with every question for the time: for whoever looks after it. Nothing of people.
  tv.state = () => ({
    version: tv.page.stamp,
    sound: tv.sound(),
    size: `${window.innerWidth}x${window.innerHeight}`,
    offset: tv.known() ? Math.round(Date.now() - tv.now()) : 0,
    tone: tone || "",
    media: tv.media(),
  });

  tv.heard = () => {
    tv.draw();
    tv.drawBulletin();
    tv.drawMedia();
    tv.prepare();
  };
  tv.told = () => tv.drawLight();
  tv.joined = () => tv.offer(true);
  tv.ordered = (order) => {
    if (order.what === "reload") newer = true;
    if (order.what === "tone")
      tv.tone((how) => {
        tone = `${order.id}:${how}`;
        tv.ask();
      });
  };

  // Loads the page anew between two announcements, and only when the server has just answered with it: a TV that
  // asked a server which is away would stand there with the browser's own error page.
  function renew() {
    const soon = tv.says().some((say) => say.end > tv.now() && say.start < tv.now() + 5000);
    if (!newer || soon || performance.now() < AGAIN / 10) return;
    if (Math.abs(Date.now() - Number(sessionStorage.getItem("renewed") || 0)) < AGAIN) return;
    newer = false;
    const request = new XMLHttpRequest();
    request.open("GET", location.href);
    request.timeout = 5000;
    request.onerror = request.ontimeout = () => (newer = true);
    request.onload = () => {
      if (request.status !== 200) return void (newer = true);
      sessionStorage.setItem("renewed", Date.now());
      location.reload();
    };
    request.send();
  }

  function beat() {
    [tv.beat, tv.drawLight, tv.drawClock, tv.drawBulletin, tv.drawMedia, tv.drawMute, tv.shift, renew].forEach(safely);
    tv.offer(false);
    tv.pulse();
  }

  [tv.listen, tv.draw, tv.fit, tv.drawBulletin, tv.drawMedia, tv.drawClock, tv.drawNow, tv.connect].forEach(safely);
  setInterval(() => safely(beat), 1000);
})(window.tv);
