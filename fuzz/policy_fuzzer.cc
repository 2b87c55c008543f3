// Any text is a policy, or is refused with line and column; the same text, the same way.
#include "absl/strings/match.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<Policy> policy = Policy::FromJson(text);
  if (policy.ok())
    (void)policy->Denies("sklearn.pipeline.Pipeline", "compose");
  else
    fuzz::Require(absl::StrContains(policy.status().message(), "line "), "a refused policy says where");
  fuzz::Require(Policy::FromJson(text).ok() == policy.ok(), "reading is deterministic");
  return 0;
}
