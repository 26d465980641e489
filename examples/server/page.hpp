// The page for a browser; it lies in flash and is sent in pieces.
#pragma once

#include <string_view>

inline constexpr std::string_view kPage = R"html(<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>A board with whit</title>
<h1>This page comes from a microcontroller</h1>
<p>State: <b id="state">connecting</b></p>
<form id="form"><input id="text" autofocus> <button>Send</button></form>
<pre id="log"></pre>
<script>
  const show = text => { log.textContent += text + '\n'; };
  const socket = new WebSocket(location.protocol.replace('http', 'ws') + '//' + location.host + '/');
  socket.onopen = () => { state.textContent = 'open'; };
  socket.onmessage = event => show('< ' + event.data);
  socket.onclose = event => { state.textContent = 'closed with ' + event.code; };
  form.onsubmit = event => {
    event.preventDefault();
    show('> ' + text.value);
    socket.send(text.value);
    text.value = '';
  };
</script>
)html";
