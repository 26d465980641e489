#include "support/vectors.hpp"

namespace whit::test {

std::string play(const Vector& vector, const Delivery& delivery, std::string& sent) {
  SessionSetup setup;
  setup.server = vector.server;
  setup.ring = delivery.ring;
  Session session(setup);
  session.link.placement = delivery.placement;
  const std::string in = vector.in + delivery.trailing;
  session.open(delivery.with_head ? std::string_view(in) : std::string_view());
  session.link.set_tx_schedule(delivery.tx);
  session.link.holding = delivery.holding;
  std::size_t at = 0;
  if (!delivery.with_head) {
    for (const std::size_t cut : delivery.cuts) {
      session.receive(std::string_view(in).substr(at, cut - at), delivery.chunk);
      at = cut;
    }
    session.receive(std::string_view(in).substr(at), delivery.chunk);
  }
  session.peer_eof();
  if (!session.collector.closed()) session.advance(120000);
  sent = session.sent();
  return session.trace();
}

std::vector<Delivery> deliveries(const Vector& vector) {
  std::vector<Delivery> out;
  // A long vector is cut at every byte near both ends and in some places between, and its smallest parts are larger.
  const std::size_t size = vector.in.size();
  const std::size_t least = size < 2000 ? 1 : 211;
  const auto add = [&](std::string name) -> Delivery& {
    out.emplace_back();
    out.back().name = std::move(name);
    return out.back();
  };
  add("whole");
  add("byte by byte").chunk = least;
  add("behind the handshake").with_head = true;
  Delivery& guarded = add("before an inaccessible page");
  guarded.placement = Placement::guard;
  Delivery& bytes = add("byte by byte before an inaccessible page");
  bytes.placement = Placement::guard;
  bytes.chunk = least;
  for (const std::size_t chunk : std::vector<std::size_t>{2 * least, 3 * least, 7 * least})
    add("chunks of " + std::to_string(chunk)).chunk = chunk;
  const std::size_t edge = size < 2000 ? size : 16;
  for (std::size_t cut = 1; cut < size; cut += cut < edge || size - cut < edge ? 1 : (size - edge) / 4) {
    add("cut at " + std::to_string(cut)).cuts = {cut};
    Delivery& paged = add("cut before an inaccessible page at " + std::to_string(cut));
    paged.cuts = {cut};
    paged.placement = Placement::guard;
  }
  const std::vector<std::vector<std::size_t>> schedules = {{1}, {0, 1}, {0, 0, 7}, {3, 0, 1, 0}, {130}};
  for (const auto& schedule : schedules) {
    for (const Holding holding : {Holding::none, Holding::sealed, Holding::reference}) {
      for (const std::size_t chunk : {std::size_t{0}, least}) {
        // A record of several bytes never leaves through a hole of one.
        if (holding == Holding::sealed && schedule.front() != 130) continue;
        Delivery& d =
            add("short writes from " + std::to_string(schedule.front()) + "/" + std::to_string(schedule.size()));
        d.tx = schedule;
        d.holding = holding;
        d.chunk = chunk;
        d.ring = kMinRing;
      }
    }
  }
  Delivery& sealed = add("sealed records that wait");
  sealed.tx = {0, MemoryLink::kAll, 0, 0, MemoryLink::kAll};
  sealed.holding = Holding::sealed;
  if (!vector.final) return out;
  const std::string tails[] = {
      std::string(1, '\0'),    std::string(40, '\xFF'), text("later"), ping("late"), close_frame(4001, "again"), "\x83",
      "GET / HTTP/1.1\r\n\r\n"};
  for (const std::string& tail : tails) {
    for (const std::size_t chunk : std::vector<std::size_t>{0, 1}) {
      Delivery& d = add("with trailing bytes");
      d.trailing = tail;
      d.chunk = chunk;
    }
    Delivery& d = add("with trailing bytes behind a cut");
    d.trailing = tail;
    d.cuts = {vector.in.size()};
  }
  return out;
}

}  // namespace whit::test
