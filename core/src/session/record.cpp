#include <cstring>

#include "whit/disconnect_record.hpp"

namespace whit {
namespace {

constexpr std::uint32_t kMagic = 0x77687231;  // "whr1"

// FNV-1a over what stands behind the check.
std::uint32_t check_of(const DisconnectRecord& record) {
  std::uint8_t bytes[sizeof record];
  std::memcpy(bytes, &record, sizeof record);
  std::uint32_t hash = 2166136261u;
  for (std::size_t i = offsetof(DisconnectRecord, ended_at_s); i < sizeof record; ++i)
    hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

}  // namespace

void DisconnectRecord::seal() {
  magic = kMagic;
  check = check_of(*this);
}

bool DisconnectRecord::is_valid() const { return magic == kMagic && check == check_of(*this); }

}  // namespace whit
