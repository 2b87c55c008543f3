// Any text is a LightGBM model or is refused, and what LoadBytes makes of it predicts for any rows.
#include "estimators/boosting/lightgbm_text.h"
#include "format/sniff.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace pratique;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const absl::StatusOr<LightGbmText> read = LightGbmText::Read(text);
  fuzz::Require(read.ok() || absl::IsInvalidArgument(read.status()) || absl::IsUnimplemented(read.status()),
                "what is no model is called invalid or unsupported");
  Policy policy;
  policy.limits = fuzz::SmallLimits();
  const absl::StatusOr<Model> model = LoadBytes(std::as_bytes(std::span(data, size)), policy);
  if (!model.ok()) {
    fuzz::RequireRejection(model.status());
    return 0;
  }
  const bool is_text = Sniff(std::as_bytes(std::span(data, size))).format == "lightgbm";
  fuzz::Require(!is_text || read.ok(), "only text that was read is loaded");
  fuzz::RequireTotal(*model);
  return 0;
}
