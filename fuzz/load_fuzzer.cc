// Any bytes, of any format, are refused with a reason or give a model whose predict is total; Scan says the same as
// Load, of a bundle about each of its estimators.
#include "fuzz/property.h"
#include "registry/program_types.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const auto bytes = std::as_bytes(std::span(data, size));
  const absl::StatusOr<Model> model = LoadBytes(bytes, policy, {}, ProgramTypes());
  if (model.ok())
    fuzz::RequireTotal(*model);
  else
    fuzz::RequireRejection(model.status());
  const Report report = ScanBytes(bytes, "input", policy, ProgramTypes());
  fuzz::RequireSameAsLoad(
      report, model, [&](const std::string& root) { return LoadBytes(bytes, policy, {.root = root}, ProgramTypes()); });
  return 0;
}
