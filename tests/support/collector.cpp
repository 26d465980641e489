#include "support/collector.hpp"

#include "support/frames.hpp"

namespace whit::test {

namespace {

std::string copy(MutBytes bytes) { return std::string(as_text(Bytes(bytes.data(), bytes.size()))); }

// Could these few bytes become one character? Complete them in every way that matters and see.
bool begins_character(const std::string& data) {
  constexpr const char* kEnds[] = {"",         "\x80",         "\x80\x80",     "\x80\x80\x80", "\xBF",
                                   "\xBF\xBF", "\xBF\xBF\xBF", "\x90\x80\x80", "\xA0\x80"};
  for (const char* end : kEnds) {
    if (utf8_valid(data + end)) return true;
  }
  return false;
}

// Takes the next bytes of a text, of which `open` is the character begun before; false if it is no UTF-8 any more.
bool goes_on(std::string& open, const std::string& data) {
  const std::string all = open + data;
  for (std::size_t cut = 0; cut <= 3 && cut <= all.size(); ++cut) {
    const std::string rest = all.substr(all.size() - cut);
    if (!begins_character(rest) || !utf8_valid(std::string_view(all).substr(0, all.size() - cut))) continue;
    open = rest;
    return true;
  }
  return false;
}

}  // namespace

std::string summary(MessageType type, const std::string& data) {
  std::string out = type == MessageType::text ? "text " : "binary ";
  out += std::to_string(data.size()) + " ";
  if (data.size() <= 64) return out + data;
  std::uint32_t sum = 2166136261u;
  for (const char c : data) sum = (sum ^ static_cast<std::uint8_t>(c)) * 16777619u;
  return out + "#" + std::to_string(sum);
}

void Collector::restart() {
  const std::vector<std::string> kept = std::move(faults);
  *this = Collector();
  faults = kept;
}

void Collector::check_order(Event::Type type, ReadyState state) {
  if (closed()) fault("an event behind close");
  if (!records.empty() && records.back().type == Event::Type::error && type != Event::Type::close) {
    fault("something between error and close");
  }
  if (type == Event::Type::open && !records.empty()) fault("open is not the first event");
  const bool needs_open = type != Event::Type::open && type != Event::Type::error && type != Event::Type::close;
  if (needs_open && !opened()) fault("a message or pong before open");
  if (type == Event::Type::open && state != ReadyState::open) fault("open event, but not OPEN");
  const bool is_data = type == Event::Type::chunk || type == Event::Type::message || type == Event::Type::skipped;
  if (is_data && state != ReadyState::open) fault("a message when not OPEN");
  if (type == Event::Type::error && state < ReadyState::closing) fault("error event while CONNECTING or OPEN");
  if (type == Event::Type::close && state != ReadyState::closed) fault("close event, but not CLOSED");
  if (!records.empty() && state < records.back().state) fault("readyState went back");
  opened_ = opened_ || type == Event::Type::open;
  closed_ = closed_ || type == Event::Type::close;
}

void Collector::add(const Event& event, ReadyState state) {
  check_order(event.type, state);
  Record record;
  record.type = event.type;
  record.state = state;
  switch (event.type) {
    case Event::Type::open: trace_ += "open\n"; break;
    case Event::Type::chunk:
      record.data = copy(event.chunk.data);
      record.offset = event.chunk.offset;
      record.total = event.chunk.total;
      record.message_type = event.chunk.type;
      record.first = event.chunk.first;
      record.last = event.chunk.last;
      add_chunk(event.chunk);
      break;
    case Event::Type::message:
      record.data = copy(event.message.data);
      record.message_type = event.message.type;
      if (event.message.text() != record.data) fault("text() is not the data");
      add_message(event.message.type, record.data);
      break;
    case Event::Type::skipped:
      record.skipped = event.skipped.size;
      record.message_type = event.skipped.type;
      trace_ += "skipped " + std::to_string(event.skipped.size) + "\n";
      break;
    case Event::Type::pong:
      record.rtt_ms = event.rtt_ms;
      trace_ += "pong\n";
      break;
    case Event::Type::error:
      record.error = event.error;
      record.http_status = event.http_status;
      if (event.error == Error::none) fault("an error event without an error");
      trace_ += "error " + std::string(to_string(event.error)) + "\n";
      break;
    case Event::Type::close:
      record.code = event.close.code;
      record.was_clean = event.close.was_clean;
      record.reason = std::string(event.close.reason);
      if (error() != Error::none && event.close.was_clean) fault("an error, but closed cleanly");
      trace_ += "close " + std::to_string(record.code) + (record.was_clean ? " clean" : " unclean");
      trace_ += record.reason.empty() ? "\n" : " " + record.reason + "\n";
      break;
    case Event::Type::retry:
    case Event::Type::stopped: fault("an event that only a session has"); break;
  }
  records.push_back(record);
}

void Collector::add_chunk(const Chunk& chunk) {
  const std::uint64_t end = chunk.offset + chunk.data.size();
  if (chunk.first != !in_message_) fault("chunk: first is wrong");
  if (chunk.first) {
    partial.clear();
    character_.clear();
    offset_ = 0;
    total_ = chunk.total;
    type_ = chunk.type;
  }
  if (chunk.offset != offset_) fault("chunk: offset does not follow");
  if (chunk.total != total_) fault("chunk: total changed");
  if (chunk.type != type_) fault("chunk: type changed");
  if (chunk.data.empty() && !chunk.last) fault("chunk: empty and not the last");
  if (chunk.total != kUnknownSize && (end > chunk.total || (end == chunk.total) != chunk.last))
    fault("chunk: past total");
  partial += copy(chunk.data);
  offset_ = end;
  in_message_ = !chunk.last;
  if (chunk.type == MessageType::text &&
      (!goes_on(character_, copy(chunk.data)) || (chunk.last && !character_.empty()))) {
    fault("chunk: text that is not UTF-8 was delivered");
  }
  if (chunk.last) add_message(chunk.type, std::exchange(partial, {}));
}

void Collector::add_message(MessageType type, std::string data) {
  if (type == MessageType::text && !utf8_valid(data)) fault("message: text that is not UTF-8");
  trace_ += summary(type, data) + "\n";
  messages.emplace_back(type, std::move(data));
}

std::size_t Collector::count(Event::Type type) const {
  std::size_t n = 0;
  for (const Record& record : records) n += record.type == type ? 1 : 0;
  return n;
}

Error Collector::error() const {
  for (const Record& record : records) {
    if (record.type == Event::Type::error) return record.error;
  }
  return Error::none;
}

Record Collector::close() const {
  for (const Record& record : records) {
    if (record.type == Event::Type::close) return record;
  }
  return {};
}

std::string Collector::trace() const { return trace_; }

}  // namespace whit::test
