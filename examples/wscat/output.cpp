#include "wscat/output.hpp"

#include <unistd.h>

#include <cstdio>

namespace wscat {

namespace {

void line(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

std::string field(const char* name, std::string_view value) {
  return std::string("\"") + name + "\":" + json_string(value);
}

const char* type_name(whit::MessageType type) { return type == whit::MessageType::text ? "text" : "binary"; }

}  // namespace

void Output::show(const whit::Event& event) {
  using Type = whit::Event::Type;
  switch (event.type) {
    case Type::open:
      return open();
    case Type::message:
      return message(event.message);
    case Type::skipped: {
      const std::string size = std::to_string(event.skipped.size);
      const std::string type = type_name(event.skipped.type);
      return line(json_ ? R"({"event":"skipped","type":")" + type + R"(","size":)" + size + "}"
                        : "skipped a " + type + " message of " + size + " bytes: raise --max-message to receive it");
    }
    case Type::pong: {
      const std::string ms = std::to_string(event.rtt_ms);
      return line(json_ ? R"({"event":"pong","rttMs":)" + ms + "}" : "pong after " + ms + " ms");
    }
    case Type::error:
      return error(to_string(event.error), to_string(category(event.error)), event.http_status, describe(event.error));
    case Type::close:
      return close(event.close);
    default:
      return;
  }
}

void Output::open() {
  const std::string_view protocol = socket_.protocol();
  if (json_) {
    return line(R"({"event":"open",)" + field("url", socket_.url()) + "," + field("protocol", protocol) + "," +
                field("extensions", socket_.extensions()) + "}");
  }
  line("connected to " + std::string(socket_.url()) + (protocol.empty() ? "" : ", subprotocol " + std::string(protocol)));
}

void Output::message(const whit::Message& message) {
  const bool text = message.type == whit::MessageType::text;
  const std::string size = std::to_string(message.data.size());
  if (!json_) return line(text ? "< " + printable(message.text()) : "< (" + size + " bytes, binary)");
  line(std::string(R"({"event":"message","type":")") + type_name(message.type) + R"(","size":)" + size + R"(,"data":)" +
       (text ? json_string(message.text()) : "\"" + base64(message.data) + "\"") + "}");
}

void Output::failed_to_start(whit::Status status) {
  error(to_string(status), "local", 0, describe(status));
  whit::CloseEvent event;
  event.code = whit::close_code::kAbnormalClosure;
  close(event);
}

void Output::error(std::string_view name, std::string_view category, unsigned status, std::string_view text) {
  if (json_) {
    std::string out = R"({"event":"error",)" + field("error", name) + "," + field("category", category);
    if (status != 0) out += R"(,"status":)" + std::to_string(status);
    out += "," + field("message", text);
    if (!refusal_.location().empty()) out += "," + field("location", refusal_.location());
    if (!refusal_.retry_after().empty()) out += "," + field("retryAfter", refusal_.retry_after());
    if (!refusal_.www_authenticate().empty()) out += "," + field("wwwAuthenticate", refusal_.www_authenticate());
    if (!refusal_.body().empty()) out += "," + field("body", as_text(refusal_.body()));
    return line(out + "}");
  }
  std::string out = "error: " + std::string(text);
  if (status != 0) out += "\n  HTTP status " + std::to_string(status);
  if (!refusal_.location().empty()) out += "\n  it points to " + printable(refusal_.location());
  if (!refusal_.retry_after().empty()) out += "\n  try again after " + printable(refusal_.retry_after());
  if (!refusal_.www_authenticate().empty()) out += "\n  it asks for " + printable(refusal_.www_authenticate());
  if (!refusal_.body().empty()) out += "\n  it says: " + printable(as_text(refusal_.body()));
  line(out);
}

void Output::close(const whit::CloseEvent& event) {
  const std::string code = std::to_string(event.code);
  if (json_) {
    return line(R"({"event":"close","code":)" + code + "," + field("reason", event.reason) + R"(,"wasClean":)" +
                (event.was_clean ? "true}" : "false}"));
  }
  line("closed with " + code + " (" + std::string(whit::close_code_name(event.code)) + ")" +
       (event.reason.empty() ? "" : ": " + printable(event.reason)) + (event.was_clean ? "" : ", not cleanly"));
}

void Output::progress(std::uint64_t done, std::uint64_t total) {
  if (total < 1 << 20 || isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\rsent %3u %% of %llu MiB%s", static_cast<unsigned>(done * 100 / total),
               static_cast<unsigned long long>(total >> 20), done == total ? "\n" : "");
}

}  // namespace wscat
