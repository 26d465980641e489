// Names and sentences: one of its own for each code of the interface.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "whit/error.hpp"
#include "whit/status.hpp"
#include "whit/url.hpp"

namespace whit {
namespace {

template <typename T>
struct Named {
  T value;
  const char* name;
};

#define WHIT_NAMED(type, name) \
  { type::name, #name }

// Each has its own name, and a sentence that is nobody else's.
template <typename T, std::size_t N>
void expect_texts(const Named<T> (&all)[N]) {
  std::set<std::string> sentences;
  for (const Named<T>& named : all) {
    EXPECT_EQ(to_string(named.value), named.name);
    const std::string sentence(describe(named.value));
    EXPECT_TRUE(sentences.insert(sentence).second) << named.name << ": " << sentence;
    EXPECT_EQ(sentence.find_first_of("\r\n"), std::string::npos) << named.name;
  }
  // A number that is none of them must not fall into a hole.
  EXPECT_FALSE(to_string(static_cast<T>(0xFF)).empty());
  EXPECT_FALSE(describe(static_cast<T>(0xFF)).empty());
}

TEST(CodeTexts, Errors) {
  const Named<Error> all[] = {WHIT_NAMED(Error, none),
                              WHIT_NAMED(Error, name_not_found),
                              WHIT_NAMED(Error, name_lookup_failed),
                              WHIT_NAMED(Error, connection_refused),
                              WHIT_NAMED(Error, host_unreachable),
                              WHIT_NAMED(Error, connection_reset),
                              WHIT_NAMED(Error, connection_lost),
                              WHIT_NAMED(Error, transport_timeout),
                              WHIT_NAMED(Error, out_of_resources),
                              WHIT_NAMED(Error, transport_failed),
                              WHIT_NAMED(Error, connect_timeout),
                              WHIT_NAMED(Error, handshake_timeout),
                              WHIT_NAMED(Error, pong_timeout),
                              WHIT_NAMED(Error, send_timeout),
                              WHIT_NAMED(Error, close_timeout),
                              WHIT_NAMED(Error, bad_status_line),
                              WHIT_NAMED(Error, bad_status),
                              WHIT_NAMED(Error, bad_header_line),
                              WHIT_NAMED(Error, header_line_too_long),
                              WHIT_NAMED(Error, head_too_large),
                              WHIT_NAMED(Error, too_many_interim),
                              WHIT_NAMED(Error, bad_upgrade),
                              WHIT_NAMED(Error, bad_connection),
                              WHIT_NAMED(Error, bad_accept),
                              WHIT_NAMED(Error, bad_subprotocol),
                              WHIT_NAMED(Error, missing_subprotocol),
                              WHIT_NAMED(Error, bad_extension),
                              WHIT_NAMED(Error, bad_request),
                              WHIT_NAMED(Error, request_refused),
                              WHIT_NAMED(Error, reserved_bits),
                              WHIT_NAMED(Error, reserved_opcode),
                              WHIT_NAMED(Error, masked_frame),
                              WHIT_NAMED(Error, unmasked_frame),
                              WHIT_NAMED(Error, length_not_minimal),
                              WHIT_NAMED(Error, length_overflow),
                              WHIT_NAMED(Error, control_too_long),
                              WHIT_NAMED(Error, control_fragmented),
                              WHIT_NAMED(Error, unexpected_continuation),
                              WHIT_NAMED(Error, expected_continuation),
                              WHIT_NAMED(Error, bad_close_body),
                              WHIT_NAMED(Error, bad_close_code),
                              WHIT_NAMED(Error, bad_close_reason),
                              WHIT_NAMED(Error, bad_utf8),
                              WHIT_NAMED(Error, message_too_big),
                              WHIT_NAMED(Error, fragment_flood),
                              WHIT_NAMED(Error, tls_failed),
                              WHIT_NAMED(Error, aborted),
                              WHIT_NAMED(Error, entropy_failed)};
  expect_texts(all);
  for (const Named<Error>& named : all) {
    EXPECT_EQ(category(named.value) == Category::none, named.value == Error::none) << named.name;
  }
}

TEST(CodeTexts, Statuses) {
  const Named<Status> all[] = {WHIT_NAMED(Status, ok),
                               WHIT_NAMED(Status, would_block),
                               WHIT_NAMED(Status, closed),
                               WHIT_NAMED(Status, invalid_state),
                               WHIT_NAMED(Status, message_too_big),
                               WHIT_NAMED(Status, bad_utf8),
                               WHIT_NAMED(Status, control_too_long),
                               WHIT_NAMED(Status, bad_close_code),
                               WHIT_NAMED(Status, size_mismatch),
                               WHIT_NAMED(Status, bad_url),
                               WHIT_NAMED(Status, wrong_transport),
                               WHIT_NAMED(Status, bad_subprotocol),
                               WHIT_NAMED(Status, bad_header),
                               WHIT_NAMED(Status, bad_origin),
                               WHIT_NAMED(Status, bad_credentials),
                               WHIT_NAMED(Status, ring_too_small),
                               WHIT_NAMED(Status, transport_failed)};
  expect_texts(all);
}

TEST(CodeTexts, UrlErrors) {
  const Named<UrlError> all[] = {WHIT_NAMED(UrlError, none),          WHIT_NAMED(UrlError, too_long),
                                 WHIT_NAMED(UrlError, bad_scheme),    WHIT_NAMED(UrlError, userinfo),
                                 WHIT_NAMED(UrlError, no_host),       WHIT_NAMED(UrlError, bad_host),
                                 WHIT_NAMED(UrlError, bad_port),      WHIT_NAMED(UrlError, fragment),
                                 WHIT_NAMED(UrlError, bad_character), WHIT_NAMED(UrlError, bad_percent)};
  expect_texts(all);
}

TEST(CodeTexts, Categories) {
  const Named<Category> all[] = {WHIT_NAMED(Category, none),     WHIT_NAMED(Category, transport),
                                 WHIT_NAMED(Category, timeout),  WHIT_NAMED(Category, handshake),
                                 WHIT_NAMED(Category, protocol), WHIT_NAMED(Category, tls),
                                 WHIT_NAMED(Category, local)};
  for (const auto& named : all) EXPECT_EQ(to_string(named.value), named.name);
}

}  // namespace
}  // namespace whit
