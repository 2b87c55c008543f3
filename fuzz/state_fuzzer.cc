// Any bytes as the states of any types, under right digests, are refused with a reason or give a model whose predict is
// total; and what is accepted is written again to the same bytes.
#include "fuzz/objects.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const absl::StatusOr<std::string> prq = WriteFile(fuzz::ReadObjects({data, size}));
  if (!prq.ok()) return 0;
  const auto bytes = std::as_bytes(std::span(*prq));
  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const absl::StatusOr<Model> model = LoadBytes(bytes, policy, {}, ProgramTypes());
  if (!model.ok()) {
    fuzz::RequireRejection(model.status());
    return 0;
  }
  fuzz::RequireTotal(*model);
  const auto parts = Unpack(model->validated().audited().file());
  fuzz::Require(parts.ok() && WriteFile(*parts).value() == *prq, "an accepted file has one form only");
  return 0;
}
