#include "support/session.hpp"

namespace whit::test {

namespace {

constexpr unsigned kPatience = 6;  // polls without progress before a stalled link counts as settled
constexpr std::size_t kMaxPolls = 20000000;

}  // namespace

ClientOptions quiet_options() {
  ClientOptions options;
  options.ping_interval_ms = 0;
  return options;
}

Session::Session(const SessionSetup& from)
    : setup(from),
      entropy(from.seed),
      now(from.start),
      ring_(from.ring),
      handshake_buffer_(512),
      ws(link, entropy.entropy(), MutBytes(ring_)) {
  server_options.ping_interval_ms = 0;
}

Status Session::start() {
  handshake_bytes_ = link.sent().size();
  last_state_ = ReadyState::connecting;
  collector.restart();
  if (!setup.server) return ws.connect(setup.url, client_options, now);
  handshake_.emplace(MutBytes(handshake_buffer_), server_options);
  link.adopt();
  return ws.accept(*handshake_, now);
}

bool Session::open(std::string_view behind) {
  const Status status = start();
  if (status != Status::ok) {
    fault("start: " + std::string(to_string(status)));
    return false;
  }
  run();
  const Buffer& all = link.sent();
  const std::string request(all.begin() + static_cast<std::ptrdiff_t>(handshake_bytes_), all.end());
  const std::string head = setup.server ? request_text(setup.further) : response_for(request, setup.further);
  const std::size_t until = all.size();
  handshake_bytes_ = until;
  link.push(head + std::string(behind));
  // The server's 101 belongs to the handshake; whatever the frames behind caused does not.
  for (unsigned i = 0; i < 100000 && !collector.opened() && !collector.closed() && link.unread() != 0; ++i) drain();
  if (setup.server) {
    run();
    const std::string answer = to_text(Buffer(all.begin() + static_cast<std::ptrdiff_t>(until), all.end()));
    handshake_bytes_ = until + parse_head(answer).size;
  }
  run();
  return collector.opened();
}

bool Session::poll_once() {
  Event event;
  const bool got = ws.poll(now, event);
  const ReadyState state = ws.ready_state();
  if (state < last_state_) fault("readyState went back");
  last_state_ = state;
  if (!got) return false;
  collector.add(event, state);
  if (!keep_records) {
    collector.records.resize(1);
    collector.messages.clear();
  }
  return true;
}

// Polls until the socket says that it may sleep; true if anything moved.
bool Session::drain() {
  bool moved = false;
  unsigned idle = 0;
  for (std::size_t polls = 0; polls < kMaxPolls; ++polls) {
    const std::size_t before_sent = link.sent().size(), before_unread = link.unread();
    const Link before_link = link.state();
    const bool fin = link.fin();
    const bool got = poll_once();
    const bool progress = got || link.sent().size() != before_sent || link.unread() != before_unread ||
                          link.state() != before_link || link.fin() != fin;
    moved = moved || progress;
    idle = progress ? 0 : idle + 1;
    if (got) continue;
    if (ws.next_deadline().ms_left(now) != 0) return moved;
    if (idle > kPatience) {
      fault("busy loop: next_deadline() is due and nothing happens");
      return moved;
    }
  }
  fault("poll() never comes to rest");
  return moved;
}

void Session::run() {
  const bool scripted = link.stalls();
  for (unsigned idle = 0; idle < kPatience; ++idle) {
    const std::size_t sent_before = link.sent().size();
    if (!drain()) continue;
    // With a link that has no secrets there was nothing left to do: a loop that slept must not have missed a thing.
    if (!scripted && idle != 0 && link.state() == Link::up)
      fault("slept although there was something to do: " + std::to_string(link.sent().size() - sent_before) +
            " bytes to send");
    if (scripted) idle = 0;
  }
}

void Session::receive(std::string_view bytes, std::size_t chunk) {
  link.push(bytes, chunk);
  run();
}

void Session::advance(std::uint32_t ms) {
  now = now + ms;
  run();
}

void Session::sleep_through(std::uint32_t ms) {
  const Instant end = now + ms;
  for (unsigned steps = 0; now != end; ++steps) {
    if (steps > 1000000) return fault("woken too often");
    const std::uint32_t left = end - now;
    const std::uint32_t nap = ws.next_deadline().ms_left(now);
    now = now + (nap < left ? nap : left);
    run();
  }
}

void Session::peer_eof() {
  link.push_eof();
  run();
}

Buffer Session::wire() const {
  const Buffer& all = link.sent();
  if (all.size() < handshake_bytes_) return {};
  return {all.begin() + static_cast<std::ptrdiff_t>(handshake_bytes_), all.end()};
}

std::vector<Frame> Session::frames() {
  std::vector<Frame> out = decode(wire()).frames;
  const std::string wrong = find_fault(out, !setup.server);
  if (!wrong.empty()) fault("sent: " + wrong);
  return out;
}

std::string Session::sent() { return describe(frames()); }

std::string Session::peer(std::uint8_t opcode, std::string_view payload, bool fin) const {
  FrameSpec spec;
  spec.opcode = opcode;
  spec.fin = fin;
  if (setup.server) spec.key = {0xA1, 0x5B, 0x00, 0xFE};
  return frame(spec, payload);
}

void Session::take_faults() {
  for (std::string& text : collector.faults) faults_.push_back(std::move(text));
  collector.faults.clear();
  for (std::string& text : link.violations()) faults_.push_back("transport contract: " + std::move(text));
}

std::string describe(const std::vector<Frame>& frames) {
  std::string out;
  for (const Frame& f : frames) {
    if (!out.empty()) out += '|';
    constexpr const char* kNames[] = {"cont", "text", "binary", "3", "4", "5", "6", "7", "close", "ping", "pong"};
    out += f.opcode < 11 ? kNames[f.opcode] : "reserved";
    if (!f.fin) out += '+';
    const std::string payload = f.opcode == kOpClose ? std::string(f.reason()) : f.payload;
    if (f.opcode == kOpClose && f.code() != 0) out += " " + std::to_string(f.code());
    if (payload.size() > 64) {
      out += " #" + std::to_string(payload.size());
    } else if (!payload.empty()) {
      out += " " + payload;
    }
  }
  return out;
}

}  // namespace whit::test
