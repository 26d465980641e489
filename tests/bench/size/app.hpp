// What the images do: connect, keep alive, send text and binary, receive, close. Everything outside whit is unknown to
// the compiler.
#pragma once

#include "outside.hpp"

template <typename Url, typename Options>
int run(const Url& url, const Options& options) {
  static std::uint8_t ring[512];
  static whit::WebSocket socket(the_transport(), the_entropy(), whit::MutBytes(ring));
  if (socket.connect(url, options, the_time()) != whit::Status::ok) return 1;
  for (whit::Event event;;) {
    while (socket.poll(the_time(), event)) {
      if (event.type == whit::Event::Type::open) {
        static_cast<void>(socket.send("hello"));
        static_cast<void>(socket.send(whit::Bytes(ring, 4)));
      }
      if (event.type == whit::Event::Type::chunk) take(event.chunk.data);
      if (event.type == whit::Event::Type::pong) static_cast<void>(socket.close(1000, "enough"));
      if (event.type == whit::Event::Type::close) return event.close.code;
    }
    sleep_until(socket.next_deadline());
  }
}
