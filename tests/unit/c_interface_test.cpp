// The C interface: the same machine, seen from C.
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "support/entropy.hpp"
#include "support/frames.hpp"
#include "support/memory_link.hpp"
#include "whit/whit.h"

namespace whit::test {
namespace {

// C functions over the in-memory link.
MemoryLink& link_of(void* context) { return *static_cast<MemoryLink*>(context); }

whit_transport_functions functions_over(MemoryLink& link) {
  whit_transport_functions functions{};
  functions.context = &link;
  functions.connect = [](void* c, const char* host, std::size_t size, std::uint16_t port) {
    return link_of(c).connect({host, size}, port) == Status::ok;
  };
  functions.poll = [](void* c, std::uint32_t now) { return static_cast<whit_link>(link_of(c).poll({now})); };
  functions.rx = [](void* c, std::size_t* size) {
    const MutBytes view = link_of(c).rx();
    *size = view.size();
    return view.data();
  };
  functions.rx_consume = [](void* c, std::size_t n) { link_of(c).rx_consume(n); };
  functions.tx = [](void* c, const std::uint8_t* data, std::size_t size) { return link_of(c).tx({data, size}); };
  functions.close = [](void* c, bool abort) { link_of(c).close(abort ? How::abort : How::graceful); };
  functions.error = [](void* c) { return static_cast<std::uint8_t>(link_of(c).error()); };
  return functions;
}

class CInterface : public testing::Test {
 protected:
  CInterface() : functions(functions_over(link)) {
    config.transport = whit_transport_init(&transport, &functions);
    config.entropy = [](void* numbers, std::uint8_t* out, std::size_t size) {
      for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::uint8_t>(static_cast<Random*>(numbers)->next());
      return true;
    };
    config.entropy_context = &random;
    config.ring = ring;
    config.ring_size = sizeof ring;
    config.message = message;
    config.message_size = sizeof message;
    config.refusal = refusal;
    config.refusal_size = sizeof refusal;
    config.url = "ws://c.example/x";
  }

  // Polls until nothing happens any more; the types of the events, as letters.
  std::string run() {
    std::string types;
    for (int quiet = 0; quiet < 5; ++quiet) {
      whit_event event;
      while (whit_poll(&client, ++now, &event)) {
        types += "OTBPECRS"[event.type == WHIT_STOPPED ? 7 : static_cast<int>(event.type)];
        last = event;
        quiet = 0;
      }
    }
    return types;
  }

  void open() {
    ASSERT_EQ(whit_start(&client, now), WHIT_OK);
    EXPECT_EQ(run(), "");
    const auto bytes = link.take_sent();
    request.assign(bytes.begin(), bytes.end());
    const std::size_t key = request.find("Sec-WebSocket-Key: ");
    ASSERT_NE(key, std::string::npos);
    link.push("HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
              accept_for(request.substr(key + 19, 24)) + "\r\n" + further + "\r\n");
    ASSERT_EQ(run(), "O");
  }

  Random random{1};
  MemoryLink link;
  whit_transport_functions functions;
  whit_transport_storage transport;
  std::uint8_t ring[512], message[100], refusal[300];
  whit_config config{};
  whit_client client;
  whit_event last{};
  std::uint32_t now = 1;
  std::string request, further;
};

TEST_F(CInterface, messages_both_ways) {
  const char* protocols[] = {"one", "two"};
  const whit_header headers[] = {{"X-Device", "7"}};
  config.subprotocols = protocols;
  config.subprotocol_count = 2;
  config.headers = headers;
  config.header_count = 1;
  config.user = "a";
  config.password = "b";
  further = "Sec-WebSocket-Protocol: two\r\n";
  whit_init(&client, &config);
  open();
  EXPECT_NE(request.find("Sec-WebSocket-Protocol: one, two\r\n"), std::string::npos);
  EXPECT_NE(request.find("X-Device: 7\r\n"), std::string::npos);
  EXPECT_NE(request.find("Authorization: Basic YTpi\r\n"), std::string::npos);
  std::size_t size = 0;
  const char* protocol = whit_protocol(&client, &size);
  EXPECT_EQ(std::string(protocol, size), "two");
  EXPECT_TRUE(whit_is_open(&client));
  EXPECT_EQ(whit_send_text(&client, "hello", 5), WHIT_OK);
  EXPECT_EQ(whit_send_binary(&client, "\0\1", 2), WHIT_OK);
  EXPECT_EQ(whit_buffered_amount(&client), 7u);
  EXPECT_NE(whit_send_text(&client, "\xff", 1), WHIT_OK);
  EXPECT_STREQ(whit_status_text(5), "The text is not UTF-8: send it as binary.");
  run();
  EXPECT_EQ(whit_buffered_amount(&client), 0u);
  EXPECT_EQ(
      messages_of(decode(link.take_sent()).frames),
      (std::vector<std::pair<std::uint8_t, std::string>>{{kOpText, "hello"}, {kOpBinary, std::string("\0\1", 2)}}));
  link.push(text("wor", false) + continuation("ld", true));
  EXPECT_EQ(run(), "T");
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(last.data), last.size), "world");
  link.push(binary("\x80"));
  EXPECT_EQ(run(), "B");
  EXPECT_EQ(whit_ping(&client), WHIT_OK);
  run();
  link.push(pong());
  EXPECT_EQ(run(), "P");
}

TEST_F(CInterface, one_link_or_many) {
  for (const bool reconnect : {false, true}) {
    config.reconnect = reconnect;
    whit_init(&client, &config);
    open();
    link.push(close_frame(1001, "bye"));
    link.push_eof();
    EXPECT_EQ(run(), reconnect ? "CR" : "CS");
    EXPECT_EQ(last.close_code, 1001);
    EXPECT_EQ(whit_sleep_ms(&client, now) == 0xFFFFFFFF, !reconnect);
    if (reconnect) {
      EXPECT_EQ(last.attempt, 2u);
      EXPECT_LE(whit_sleep_ms(&client, now), last.delay_ms);
      EXPECT_EQ(whit_stop(&client, 1000, nullptr), WHIT_OK);
      EXPECT_EQ(run(), "S");
    }
  }
}

TEST_F(CInterface, errors_and_reasons) {
  whit_init(&client, &config);
  open();
  link.push(close_frame(4000, "because"));
  whit_event event;
  std::string reason;
  for (int i = 0; i < 10; ++i) {
    if (!whit_poll(&client, ++now, &event) || event.type != WHIT_CLOSE) continue;
    reason.assign(reinterpret_cast<const char*>(event.data), event.size);
    EXPECT_TRUE(event.was_clean);
    EXPECT_EQ(event.close_code, 4000);
  }
  link.push_eof();
  for (int i = 0; i < 10 && reason.empty(); ++i) {
    if (whit_poll(&client, ++now, &event) && event.type == WHIT_CLOSE) {
      reason.assign(reinterpret_cast<const char*>(event.data), event.size);
    }
  }
  EXPECT_EQ(reason, "because");
  run();
  link.connect_error = Error::connection_refused;
  ASSERT_EQ(whit_start(&client, now), WHIT_OK);
  EXPECT_EQ(run(), "ECS");
  EXPECT_STREQ(whit_error_name(static_cast<std::uint8_t>(Error::connection_refused)), "connection_refused");
  EXPECT_EQ(last.error, static_cast<std::uint8_t>(Error::connection_refused));
}

TEST_F(CInterface, what_is_wrong_with_a_configuration_is_said) {
  config.url = "http//x";
  whit_init(&client, &config);
  EXPECT_EQ(whit_start(&client, now), static_cast<int>(Status::bad_url));
  config.url = "ws://c.example/";
  config.ring_size = 10;
  whit_init(&client, &config);
  EXPECT_EQ(whit_start(&client, now), static_cast<int>(Status::ring_too_small));
  const char* many[9] = {"a", "b", "c", "d", "e", "f", "g", "h", "i"};
  config.ring_size = sizeof ring;
  config.subprotocols = many;
  config.subprotocol_count = 9;
  whit_init(&client, &config);
  EXPECT_EQ(whit_start(&client, now), WHIT_BAD_SUBPROTOCOL);
  const whit_header fields[9] = {};
  config.subprotocol_count = 0;
  config.headers = fields;
  config.header_count = 9;
  whit_init(&client, &config);
  EXPECT_EQ(whit_start(&client, now), WHIT_BAD_HEADER);
}

// In C++ any transport will do: TLS has no C interface of its own.
TEST_F(CInterface, over_a_transport_of_cxx) {
  config.transport = (whit_transport*)(Transport*)&link;
  whit_init(&client, &config);
  open();
  EXPECT_EQ(whit_send_text(&client, "hello", 5), WHIT_OK);
}

TEST_F(CInterface, stopping_with_what_may_not_be_sent) {
  whit_init(&client, &config);
  open();
  EXPECT_EQ(whit_stop(&client, 1001, nullptr), WHIT_BAD_CLOSE_CODE);
  EXPECT_EQ(whit_stop(&client, 1000, "\xff"), WHIT_BAD_UTF8);
  EXPECT_EQ(whit_stop(&client, 1000, std::string(124, 'x').c_str()), WHIT_CONTROL_TOO_LONG);
  EXPECT_TRUE(whit_is_open(&client));
  EXPECT_EQ(whit_stop(&client, 3000, "bye"), WHIT_OK);
}

}  // namespace
}  // namespace whit::test
