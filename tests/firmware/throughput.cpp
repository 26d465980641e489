// How fast bytes go there and back through whit, beside lwIP's raw API doing the same on the same board, by turns.
//   raw=PORT of an echo server of TCP  url=ws://... of a WebSocket echo server  size=4194304
#include <cstring>

#include "board.hpp"
#include "common/text.hpp"
#include "lwip/tcp.h"
#include "whit/websocket.hpp"

namespace {

using app::Line;
namespace board = whit::board;
using whit::Status;

constexpr int kRounds = 3;

std::uint8_t data[1460];
std::uint8_t ring[WHIT_RING];

// lwIP alone: its callbacks and its copying of what is sent. The window is reopened once for all that has come by then,
// as each reopening may send an acknowledgement.
class Raw {
 public:
  std::uint32_t run(std::uint16_t port, std::uint32_t size) {
    size_ = size;
    sent_ = received_ = consumed_ = 0;
    connected_ = false;
    pcb_ = tcp_new();
    ip_addr_t to;
    ipaddr_aton("192.0.2.2", &to);
    tcp_arg(pcb_, this);
    tcp_nagle_disable(pcb_);
    tcp_recv(pcb_, on_received);
    tcp_err(pcb_, [](void* self, err_t) { static_cast<Raw*>(self)->pcb_ = nullptr; });
    tcp_connect(pcb_, &to, port, [](void* self, tcp_pcb*, err_t) {
      static_cast<Raw*>(self)->connected_ = true;
      return err_t{ERR_OK};
    });
    while (!connected_ && pcb_ != nullptr) board::wait(whit::Deadline::never());
    const whit::Instant start = board::now();
    while (received_ < size_ && pcb_ != nullptr) {
      send();  // an acknowledgement travels with it
      if (consumed_ > 0) tcp_recved(pcb_, consumed_);
      consumed_ = 0;
      board::wait(whit::Deadline::never());
    }
    const std::uint32_t ms = board::now() - start;
    if (pcb_ == nullptr) board::end(false);
    tcp_abort(pcb_);
    return ms;
  }

 private:
  void send() {
    while (sent_ < size_) {
      std::uint32_t n = size_ - sent_ < sizeof data ? size_ - sent_ : sizeof data;
      if (n > tcp_sndbuf(pcb_)) n = tcp_sndbuf(pcb_);
      if (n == 0 || tcp_write(pcb_, data, static_cast<u16_t>(n), TCP_WRITE_FLAG_COPY) != ERR_OK) break;
      sent_ += n;
    }
    tcp_output(pcb_);
  }

  static err_t on_received(void* self, tcp_pcb*, pbuf* bytes, err_t) {
    if (bytes == nullptr) return ERR_OK;
    Raw& raw = *static_cast<Raw*>(self);
    raw.received_ += bytes->tot_len;
    raw.consumed_ = static_cast<u16_t>(raw.consumed_ + bytes->tot_len);  // a window at most
    pbuf_free(bytes);
    return ERR_OK;
  }

  tcp_pcb* pcb_ = nullptr;
  std::uint32_t size_ = 0, sent_ = 0, received_ = 0;
  u16_t consumed_ = 0;
  bool connected_ = false;
};

// The same as one message, which the server sends back as one.
std::uint32_t through_whit(std::string_view url, std::uint32_t size) {
  static whit::WebSocket socket(board::tcp(), board::entropy(), whit::MutBytes(ring));
  whit::ClientOptions options;
  if (socket.connect(url, options, board::now()) != Status::ok) board::end(false);
  std::uint32_t sent = 0, received = 0, ms = 0;
  bool sending = false;
  whit::Instant start{};
  while (true) {
    whit::Event event;
    while (socket.poll(board::now(), event)) {
      if (event.type == whit::Event::Type::open) {
        start = board::now();
        sending = socket.begin(whit::MessageType::binary, size) == Status::ok;
      } else if (event.type == whit::Event::Type::chunk) {
        received += static_cast<std::uint32_t>(event.chunk.data.size());
        if (event.chunk.last) {
          ms = board::now() - start;
          static_cast<void>(socket.close(whit::close_code::kNormalClosure));
        }
      } else if (event.type == whit::Event::Type::close) {
        if (!event.close.was_clean || received != size) board::end(false);
        return ms;
      }
    }
    while (sending) {
      const std::size_t n = size - sent < sizeof data ? size - sent : sizeof data;
      std::size_t taken = 0;
      if (socket.write(whit::Bytes(data, n), taken) != Status::ok) break;
      sent += static_cast<std::uint32_t>(taken);
      if (sent == size) sending = socket.end() != Status::ok;
    }
    board::wait(socket.next_deadline());
  }
}

}  // namespace

int main(int argc, char** argv) {
  board::start(argc, argv);
  const std::uint32_t size = app::argument("size", 4194304);
  std::memset(data, 'x', sizeof data);
  std::uint32_t raw = ~0u, whit = ~0u;
  for (int i = 0; i < kRounds; ++i) {
    static Raw connection;
    const std::uint32_t a = connection.run(static_cast<std::uint16_t>(app::argument("raw", 0)), size);
    const std::uint32_t b = through_whit(board::argument("url"), size);
    Line() << "round: lwIP " << a << " ms, whit " << b << " ms\n";
    if (a < raw) raw = a;
    if (b < whit) whit = b;
  }
  Line() << "throughput: " << raw * 100 / whit << " percent of lwIP's\n";
  board::end(true);
}
