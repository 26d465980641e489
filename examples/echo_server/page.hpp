// The page for a browser.
#pragma once

#include <string_view>

namespace echo_server {

inline constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>whit echo server</title>
<style>
  body { font: 16px system-ui, sans-serif; margin: 2em auto; max-width: 40em; padding: 0 1em; }
  #log { border: 1px solid #ccc; border-radius: 4px; height: 20em; overflow: auto; padding: .5em; white-space: pre-wrap; }
  #input { width: 70%; }
</style>
<h1>whit echo server</h1>
<p>State: <b id="status">connecting</b></p>
<div id="log"></div>
<form id="form">
  <input id="input" autocomplete="off" placeholder="Type a message" autofocus>
  <button id="send">Send</button>
</form>
<script>
  const log = (text) => {
    const line = document.createElement('div');
    line.textContent = text;
    document.getElementById('log').append(line);
    line.scrollIntoView();
  };
  const status = (text) => { document.getElementById('status').textContent = text; };
  const socket = new WebSocket(location.href.replace(/^http/, 'ws').replace(/#.*/, ''));
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => { status('open'); log('open'); };
  socket.onmessage = (event) => {
    log('< ' + (typeof event.data === 'string' ? event.data : event.data.byteLength + ' bytes'));
  };
  socket.onerror = () => log('error');
  socket.onclose = (event) => {
    status('closed');
    log('close ' + event.code + ' ' + event.reason + (event.wasClean ? ' (clean)' : ' (not clean)'));
  };
  document.getElementById('form').onsubmit = (event) => {
    event.preventDefault();
    const input = document.getElementById('input');
    log('> ' + input.value);
    socket.send(input.value);
    input.value = '';
  };
</script>
</html>
)html";

}  // namespace echo_server
