// Views of memory: whit never owns a buffer, it looks at yours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>

namespace whit {

/// A pointer and a length; the C++20 std::span that C++17 lacks, as far as whit needs it.
/// It owns nothing: whoever hands one out says how long it lives.
template <typename T>
class Span {
 public:
  constexpr Span() = default;
  constexpr Span(T* data, std::size_t size) : data_(data), size_(size) {}
  template <std::size_t N>
  constexpr Span(T (&array)[N]) : data_(array), size_(N) {}
  /// Any container with data() and size() of a compatible element type: std::array, std::vector, Span.
  template <typename C, typename D = decltype(std::declval<C&>().data()),
            typename = decltype(std::declval<C&>().size()),
            typename = std::enable_if_t<std::is_convertible_v<std::remove_pointer_t<D> (*)[], T (*)[]>>>
  constexpr Span(C&& container) : data_(container.data()), size_(container.size()) {}

  [[nodiscard]] constexpr T* data() const { return data_; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }
  [[nodiscard]] constexpr bool empty() const { return size_ == 0; }
  [[nodiscard]] constexpr T* begin() const { return data_; }
  [[nodiscard]] constexpr T* end() const { return data_ + size_; }
  [[nodiscard]] constexpr T& operator[](std::size_t i) const { return data_[i]; }
  /// The first n elements; n must not exceed size().
  [[nodiscard]] constexpr Span first(std::size_t n) const { return {data_, n}; }
  /// All but the first n elements; n must not exceed size().
  [[nodiscard]] constexpr Span drop(std::size_t n) const { return {data_ + n, size_ - n}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

using Bytes = Span<const std::uint8_t>;
using MutBytes = Span<std::uint8_t>;

/// The same memory seen as bytes.
[[nodiscard]] inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

/// The same memory seen as text; nothing is validated here.
[[nodiscard]] inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace whit
